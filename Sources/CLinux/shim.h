// Linux calls that Swift's Glibc module doesn't carry, or that hang on macros and variadics.
#pragma once
// _GNU_SOURCE stays undefined: with it, types would differ from those of Swift's own Glibc module.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// Nanoseconds of CLOCK_MONOTONIC.
static inline int64_t loadgate_monotonic(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Nanoseconds of CLOCK_BOOTTIME, which goes on while the machine is suspended.
static inline int64_t loadgate_boottime(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// True for 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3), and the former mapped into IPv6.
static inline _Bool loadgate_is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    if (address->sa_family != AF_INET6) return 0;
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
}

/// Bytes that a TCP connection has received so far (tcpi_bytes_received of Linux' struct tcp_info, which glibc's lacks; 128
/// bytes from its beginning since Linux 4.1), or 0 where that can't be told.
static inline int64_t loadgate_bytes_received(int descriptor) {
    char info[192];
    socklen_t length = sizeof info;
    int64_t received = 0;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, &length) < 0 || length < 136) return 0;
    memcpy(&received, info + 128, sizeof received);
    return received;
}

/// Nanoseconds of CLOCK_REALTIME, the clock of the kernel's receive stamps.
static inline int64_t loadgate_realtime(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Nanoseconds of CPU time that the calling thread has used.
static inline int64_t loadgate_thread_cpu(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// Waits for events; `timeout` in nanoseconds, below zero: without end. Returns -errno on failure.
static inline int loadgate_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout) {
    struct timespec span = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
    int ready = epoll_pwait2(epoll, events, count, timeout < 0 ? NULL : &span, NULL);
    return ready < 0 ? -errno : ready;
}

/// `epoll_ctl` with a 64-bit payload. Returns 0 or -errno.
static inline int loadgate_epoll_control(int epoll, int operation, int descriptor, uint32_t interest, uint64_t payload) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = interest;
    event.data.u64 = payload;
    return epoll_ctl(epoll, operation, descriptor, &event) < 0 ? -errno : 0;
}

static inline uint64_t loadgate_epoll_payload(const struct epoll_event *event) { return event->data.u64; }

/// A non-blocking TCP socket without Nagle's delay. Returns the descriptor or -errno.
static inline int loadgate_tcp_socket(int family) {
    int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) return -errno;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

/// The next connection that waits at a listening socket, non-blocking, inherited by no program. Returns it or -errno.
static inline int loadgate_accept(int descriptor) {
    long connection = syscall(SYS_accept4, descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return connection < 0 ? -errno : (int)connection;
}

/// A non-blocking socket for this machine's own. Returns the descriptor or -errno.
static inline int loadgate_unix_socket(void) {
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return descriptor < 0 ? -errno : descriptor;
}

/// Makes the socket's connection come from an address; its port is chosen when it connects, so that as many connections
/// as a port range has can be made from each address to each peer (ip(7), IP_BIND_ADDRESS_NO_PORT). Returns 0 or -errno.
static inline int loadgate_bind_source(int descriptor, const struct sockaddr_storage *address, socklen_t length) {
    int on = 1;
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    return bind(descriptor, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}

/// Asks the kernel to stamp received data (socket(7), SO_TIMESTAMPNS). Returns 0 or -errno.
static inline int loadgate_request_receive_stamps(int descriptor) {
    int on = 1;
    return setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0 ? -errno : 0;
}

/// Starts to connect. Returns 0 when connected at once, else -errno (-EINPROGRESS: wait for writability).
static inline int loadgate_connect(int descriptor, const struct sockaddr_storage *address, socklen_t length) {
    return connect(descriptor, (const struct sockaddr *)address, length) < 0 ? -errno : 0;
}

/// The pending error of a socket as errno (SO_ERROR), 0 when there is none.
static inline int loadgate_socket_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

/// `send` without SIGPIPE. Returns the bytes taken or -errno. As a bare system call: the library's wrapper is a point of
/// thread cancellation, which costs atomic operations, and no thread is cancelled here. Likewise below.
static inline int64_t loadgate_send(int descriptor, const void *bytes, size_t count) {
    ssize_t sent = syscall(SYS_sendto, descriptor, bytes, count, MSG_NOSIGNAL, NULL, 0);
    return sent < 0 ? -errno : sent;
}

/// Reads what is there, and the kernel's stamp (CLOCK_REALTIME nanoseconds) of the last byte read, or 0 where the
/// socket gave none. Returns the bytes read, 0 at the end of the stream, or -errno.
static inline int64_t loadgate_receive(int descriptor, void *bytes, size_t count, int64_t *stamp) {
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    // One control message with one timespec is all that can come.
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr head;
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t received = syscall(SYS_recvmsg, descriptor, &message, 0);
    *stamp = 0;
    if (received < 0) return -errno;
    if (message.msg_controllen >= sizeof control.bytes && control.head.cmsg_level == SOL_SOCKET
        && control.head.cmsg_type == SO_TIMESTAMPNS) {
        struct timespec time;
        memcpy(&time, CMSG_DATA(&control.head), sizeof time);
        *stamp = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return received;
}

/// Reads what is there. Returns the bytes read, 0 at the end of the stream, or -errno.
static inline int64_t loadgate_read(int descriptor, void *bytes, size_t count) {
    ssize_t received = syscall(SYS_recvfrom, descriptor, bytes, count, 0, NULL, NULL);
    return received < 0 ? -errno : received;
}

/// Closes a TCP connection by a reset (RST) instead of an end (FIN): socket(7), SO_LINGER with no time.
static inline void loadgate_close_with_reset(int descriptor) {
    struct linger none = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(descriptor);
}

/// A non-blocking TCP socket bound to an address, which doesn't listen. Others that are made so may be bound to it, too, of
/// which one may listen (SO_REUSEADDR). Returns the descriptor or -errno.
static inline int loadgate_bound_socket(const struct sockaddr_storage *address, socklen_t length) {
    int descriptor = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) return -errno;
    int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Connections take it over.
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(descriptor, (const struct sockaddr *)address, length) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    return -error;
}

/// True where both ends of a TCP connection are this very socket (simultaneous open, RFC 9293 §3.5).
static inline _Bool loadgate_is_connected_to_itself(int descriptor) {
    struct sockaddr_storage own, peer;
    socklen_t own_length = sizeof own, peer_length = sizeof peer;
    memset(&own, 0, sizeof own);
    memset(&peer, 0, sizeof peer);
    return getsockname(descriptor, (struct sockaddr *)&own, &own_length) == 0
        && getpeername(descriptor, (struct sockaddr *)&peer, &peer_length) == 0 && own_length == peer_length
        && memcmp(&own, &peer, own_length) == 0;
}

/// Timers of the calling thread fire without the default 50 µs of slack.
static inline void loadgate_precise_timers(void) { prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); }

/// How the kernel schedules a thread: the first version of `struct sched_attr` (sched_setattr(2)), which glibc has only
/// since 2.41.
struct loadgate_scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    /// Nanoseconds. Of ordinary threads since Linux 6.12 the slice they ask for, 0: the default; before it is ignored.
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

/// Threads and processes that the thread starts begin with the default again (<linux/sched.h>).
#define LOADGATE_RESET_ON_FORK 1

/// How the calling thread is scheduled. Returns 0 or -errno.
static inline int loadgate_get_scheduling(struct loadgate_scheduling *scheduling) {
    memset(scheduling, 0, sizeof *scheduling);
    return syscall(SYS_sched_getattr, 0, scheduling, (unsigned)sizeof *scheduling, 0u) < 0 ? -errno : 0;
}

/// The priority that the process was started with: that of its first thread, since Dispatch gives its own threads others.
static inline int loadgate_process_priority(void) { return getpriority(PRIO_PROCESS, (id_t)getpid()); }

/// Changes how the calling thread is scheduled. Returns 0 or -errno.
static inline int loadgate_set_scheduling(struct loadgate_scheduling scheduling) {
    scheduling.size = sizeof scheduling;
    return syscall(SYS_sched_setattr, 0, &scheduling, 0u) < 0 ? -errno : 0;
}

static inline void *loadgate_try_realtime_here(void *result) {
    struct loadgate_scheduling scheduling;
    memset(&scheduling, 0, sizeof scheduling);
    scheduling.policy = SCHED_RR;
    scheduling.flags = LOADGATE_RESET_ON_FORK;
    scheduling.priority = 1;
    *(int *)result = loadgate_set_scheduling(scheduling);
    return NULL;
}

/// Whether a thread may have real-time scheduling, tried on one of its own that ends with this call: the flag by which
/// nothing inherits it could not be taken back from the calling one. Returns 0 or -errno.
static inline int loadgate_try_realtime(void) {
    pthread_t thread;
    int result = 0;
    int error = pthread_create(&thread, NULL, loadgate_try_realtime_here, &result);
    if (error) return -error;
    pthread_join(thread, NULL);
    return result;
}

/// Names the calling thread as `ps -L` and debuggers show it: 15 bytes of the name count.
static inline void loadgate_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0UL, 0UL, 0UL); }

/// The calling thread's name, into 16 bytes.
static inline void loadgate_thread_name(char *name) { prctl(PR_GET_NAME, name, 0UL, 0UL, 0UL); }

/// Has all pages there that hold any of the bytes, which must be writable, as writing to them would; they stay as they are
/// (madvise(2), MADV_POPULATE_WRITE, Linux 5.14). Returns 0 or -errno.
static inline int loadgate_populate(void *bytes, size_t count) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)bytes / page * page;
    return madvise((void *)start, (uintptr_t)bytes + count - start, 23) < 0 ? -errno : 0;
}

/// The number of processors the calling process may run on.
static inline int loadgate_usable_processors(void) {
    unsigned long set[128] = {0};
    if (syscall(SYS_sched_getaffinity, 0, sizeof set, set) < 0) return 1;
    int count = 0;
    for (size_t word = 0; word < sizeof set / sizeof set[0]; word++) count += __builtin_popcountl(set[word]);
    return count < 1 ? 1 : count;
}

/// A pipe whose ends no started program inherits. Where it `waits`, reading it does. Returns 0 or -errno.
static inline int loadgate_output_pipe(int *reading, int *writing, _Bool waits) {
    int ends[2];
    if (syscall(SYS_pipe2, ends, O_CLOEXEC) < 0) return -errno;
    // Only this end: a program may take a descriptor that doesn't wait for a broken one.
    if (!waits) fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

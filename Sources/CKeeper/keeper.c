#define _GNU_SOURCE
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// How long what was killed may take to vanish before it is left to the system: a process that waits for a broken disk
/// can't be killed.
#define VANISHING_MILLISECONDS 5000

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// MARK: Channels

int loadgate_channel(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0 ? -errno : 0;
}

int loadgate_channel_send(int channel, int32_t kind, int32_t value) {
    struct loadgate_channel_message message = {.kind = kind, .value = value};
    while (send(channel, &message, sizeof message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR) return -errno;
    return 0;
}

int loadgate_channel_receive(int channel, struct loadgate_channel_message *message, _Bool stays) {
    ssize_t length;
    int resets = 0;
    do {
        length = recv(channel, message, sizeof *message, MSG_DONTWAIT | (stays ? MSG_PEEK : 0));
        // An end that closes with something unread resets the other one, once, before what that has yet to read.
    } while (length < 0 && (errno == EINTR || (errno == ECONNRESET && resets++ == 0)));
    if (length < 0) return errno == ECONNRESET ? 0 : -errno;
    return length == (ssize_t)sizeof *message;
}

int loadgate_memory_file(const void *bytes, size_t count) {
    int file = memfd_create("loadgate", MFD_CLOEXEC);
    if (file < 0) return -errno;
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(file, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            int error = errno;
            close(file);
            return -error;
        }
        next += written;
        count -= (size_t)written;
    }
    lseek(file, 0, SEEK_SET);
    return file;
}

// MARK: The program

/// What the warden was given.
struct child_request {
    int channel, input, output, errors;
    const char *folder;
    char **arguments;
    char **environment;
};

/// Lays out the strings of a request. Returns 0 or errno.
static int read_request(int file, struct child_request *request) {
    struct stat status;
    if (fstat(file, &status) < 0) return errno;
    size_t size = (size_t)status.st_size;
    uint32_t counts[3];
    if (size < sizeof counts + 1) return EINVAL;
    char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) return errno;
    memcpy(counts, bytes, sizeof counts);
    size_t pointers = (size_t)counts[0] + counts[1] + 2;
    // Every string has a zero byte at least.
    if (pointers > size || counts[0] == 0 || bytes[size - 1] != 0) return EINVAL;
    char **table = mmap(
        NULL, pointers * sizeof *table, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table == MAP_FAILED) return errno;
    char *next = bytes + sizeof counts, *end = bytes + size;
    request->folder = next;
    next += strlen(next) + 1;
    size_t place = 0;
    for (int list = 0; list < 2; list++) {
        if (list == 0) request->arguments = table;
        else request->environment = table + place;
        for (uint32_t count = 0; count < counts[list]; count++) {
            if (next >= end) return EINVAL;
            table[place++] = next;
            next += strlen(next) + 1;
        }
        table[place++] = NULL;
    }
    return 0;
}

/// Becomes the program; tells `report` why where it can't.
static void become_program(const struct child_request *request, pid_t warden, int report) {
    struct loadgate_channel_message problem = {.kind = LOADGATE_CHILD_FAILED, .value = 0};
    setsid();
    // The warden may have been killed before this call.
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL) < 0 || getppid() != warden) _exit(127);
    if (dup2(request->input, 0) < 0 || dup2(request->output, 1) < 0 || dup2(request->errors, 2) < 0) goto failed;
    if (request->folder[0] && chdir(request->folder) < 0) {
        problem.kind = LOADGATE_CHILD_FOLDER;
        goto failed;
    }
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) goto failed;
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(request->arguments[0], request->arguments, request->environment);
failed:
    problem.value = errno;
    ssize_t written = write(report, &problem, sizeof problem);
    (void)written;
    _exit(127);
}

/// Starts the program. Returns its process id; or 0, with what is to be told.
static pid_t start_program(const struct child_request *request, struct loadgate_channel_message *problem) {
    int report[2];
    problem->kind = LOADGATE_CHILD_FAILED;
    if (pipe2(report, O_CLOEXEC) < 0) {
        problem->value = errno;
        return 0;
    }
    pid_t warden = getpid();
    pid_t program = fork();
    if (program == 0) become_program(request, warden, report[1]);
    if (program < 0) problem->value = errno;
    close(report[1]);
    ssize_t length = 0;
    if (program > 0) {
        // Nothing is read where the program took the place of the fork.
        do length = read(report[0], problem, sizeof *problem);
        while (length < 0 && errno == EINTR);
    }
    close(report[0]);
    if (program > 0 && length == 0) return program;
    if (program > 0) waitpid(program, NULL, 0);
    return 0;
}

// MARK: What came of it

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Takes note of orphans that ended, sends the others a signal, unless it is 0, and counts them. The program itself is left
/// out: its process id stays taken until the warden ends, so that no signal to its group can reach a stranger.
static int signal_orphans(pid_t program, int number) {
    int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    // Without the file (CONFIG_PROC_CHILDREN) there is the group.
    if (file < 0) return 0;
    char chunk[4096];
    ssize_t length;
    int count = 0;
    pid_t process = 0;
    while ((length = read(file, chunk, sizeof chunk)) > 0) {
        for (ssize_t place = 0; place < length; place++) {
            if (chunk[place] >= '0' && chunk[place] <= '9') {
                process = process * 10 + (chunk[place] - '0');
                continue;
            }
            if (process > 0 && process != program && waitpid(process, NULL, WNOHANG) == 0) {
                if (number) kill(process, number);
                count++;
            }
            process = 0;
        }
    }
    close(file);
    return count;
}

/// True once the program has ended; tells its status the first time.
static _Bool has_ended(pid_t program, int channel, _Bool *told) {
    if (*told) return 1;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PID, (id_t)program, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid != program) return 0;
    int status = info.si_code == CLD_EXITED ? (info.si_status & 0xFF) << 8 : info.si_status & 0x7F;
    loadgate_channel_send(channel, LOADGATE_CHILD_ENDED, status);
    *told = 1;
    return 1;
}

/// Takes note of what the descriptor of SIGCHLD tells; what it means is looked up.
static void drain(int descriptor) {
    struct signalfd_siginfo info[16];
    while (read(descriptor, info, sizeof info) > 0) {}
}

/// Kills the program and all that came of it, and waits until nothing is left.
static void kill_all(pid_t program, int channel, int children, _Bool *told) {
    int64_t deadline = milliseconds() + VANISHING_MILLISECONDS;
    while (1) {
        kill(-program, SIGKILL);
        drain(children);
        // The orphans of those who are killed come to the warden, so more than one turn may be needed.
        int left = signal_orphans(program, SIGKILL);
        if ((has_ended(program, channel, told) && left == 0) || milliseconds() >= deadline) return;
        struct pollfd request = {.fd = children, .events = POLLIN};
        poll(&request, 1, 10);
    }
}

/// Follows a program until it and all that came of it is gone.
static void follow(pid_t program, int channel, int children) {
    _Bool told = 0;
    int64_t deadline = -1;
    while (1) {
        struct pollfd requests[2] = {{.fd = channel, .events = POLLIN}, {.fd = children, .events = POLLIN}};
        int64_t left = deadline < 0 ? -1 : deadline - milliseconds();
        // What has left the group tells of no end of its own children.
        poll(requests, 2, deadline < 0 ? -1 : left < 0 ? 0 : left > 50 ? 50 : (int)left);
        drain(children);
        _Bool ended = has_ended(program, channel, &told);
        int orphans = signal_orphans(program, 0);
        if (deadline >= 0 && ((ended && orphans == 0) || milliseconds() >= deadline)) break;
        struct loadgate_channel_message message;
        int received = loadgate_channel_receive(channel, &message, 0);
        if (received == -EAGAIN) continue;
        if (received <= 0) break;
        if (message.kind == LOADGATE_CHILD_SIGNAL && !ended) kill(program, message.value);
        if (message.kind == LOADGATE_CHILD_LEAVE && ended) {
            waitpid(program, NULL, WNOHANG);
            return;
        }
        if (message.kind == LOADGATE_CHILD_STOP) {
            if (message.value <= 0) break;
            kill(-program, SIGTERM);
            signal_orphans(program, SIGTERM);
            // One that was stopped takes the signal when it goes on.
            kill(-program, SIGCONT);
            signal_orphans(program, SIGCONT);
            deadline = milliseconds() + message.value;
        }
    }
    kill_all(program, channel, children, &told);
    // Its id is free from here on, and nothing is sent to it any more. The end of the channel comes after.
    waitpid(program, NULL, WNOHANG);
}

/// A process for one program; never returns.
static void keep(struct child_request request, int file) {
    signal(SIGCHLD, SIG_DFL);
    prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
    prctl(PR_SET_NAME, "loadgate-warden");
    // All of them are blocked, so none but SIGKILL ends it.
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    struct loadgate_channel_message problem = {.kind = LOADGATE_CHILD_FAILED, .value = errno};
    pid_t program = 0;
    if (children >= 0) {
        problem.value = read_request(file, &request);
        if (problem.value == 0) program = start_program(&request, &problem);
    }
    if (program == 0) {
        loadgate_channel_send(request.channel, problem.kind, problem.value);
        _exit(1);
    }
    // Whoever reads what it prints waits for the end of these.
    close(file);
    close(request.input);
    close(request.output);
    close(request.errors);
    loadgate_channel_send(request.channel, LOADGATE_CHILD_STARTED, program);
    follow(program, request.channel, children);
    _exit(0);
}

// MARK: The keeper

#define GIVEN 5

int loadgate_keeper_ask(int keeper, int channel, int request, int input, int output, int errors) {
    int given[GIVEN] = {channel, request, input, output, errors};
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(sizeof given)];
        struct cmsghdr head;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof given);
    memcpy(CMSG_DATA(&control.head), given, sizeof given);
    while (sendmsg(keeper, &message, MSG_NOSIGNAL) < 0)
        if (errno != EINTR) return -errno;
    return 0;
}

/// Makes a warden for each request; never returns.
static void serve(int socket) {
    while (1) {
        int given[GIVEN];
        char byte;
        struct iovec part = {.iov_base = &byte, .iov_len = 1};
        union {
            char bytes[CMSG_SPACE(sizeof given)];
            struct cmsghdr head;
        } control;
        struct msghdr message = {
            .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
        ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (length < 0 && errno == EINTR) continue;
        // The process that asks has ended.
        if (length <= 0) _exit(0);
        if (message.msg_controllen < sizeof control.bytes || control.head.cmsg_type != SCM_RIGHTS) continue;
        memcpy(given, CMSG_DATA(&control.head), sizeof given);
        pid_t warden = fork();
        if (warden == 0) {
            close(socket);
            struct child_request request = {
                .channel = given[0], .input = given[2], .output = given[3], .errors = given[4]};
            keep(request, given[1]);
        }
        if (warden < 0) loadgate_channel_send(given[0], LOADGATE_CHILD_FAILED, errno);
        for (int place = 0; place < GIVEN; place++) close(given[place]);
    }
}

int loadgate_keeper_start(void) {
    int ends[2];
    int error = loadgate_channel(ends);
    if (error < 0) return error;
    // No handler of the process may run in the fork.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t keeper = fork();
    if (keeper == 0) {
        // Neither Ctrl-C nor a closed terminal reaches it.
        setsid();
        prctl(PR_SET_NAME, "loadgate-keeper");
        // Wardens are nobody's zombies.
        signal(SIGCHLD, SIG_IGN);
        int nothing = open("/dev/null", O_RDWR);
        for (int number = 0; number < 3; number++) dup2(nothing, number);
        // What the process holds open is not the keeper's to hold: whoever reads from it would wait for its end.
        dup2(ends[1], 3);
        syscall(SYS_close_range, 4U, ~0U, 0U);
        serve(3);
    }
    error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (keeper > 0) return ends[0];
    close(ends[0]);
    return -error;
}

// MARK: What outlives the process

pid_t loadgate_start_apart(const char *path, char *const arguments[], int socket) {
    // No handler of the process may run in the fork.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t program = fork();
    if (program == 0) {
        setsid();
        for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
        int ignored[] = {SIGHUP, SIGINT, SIGTERM};
        for (int place = 0; place < 3; place++) signal(ignored[place], SIG_IGN);
        int nothing = open("/dev/null", O_RDWR);
        for (int number = 0; number < 3; number++) dup2(nothing, number);
        // Its own number would stay closed on exec.
        if (socket == 3) fcntl(3, F_SETFD, 0);
        else dup2(socket, 3);
        syscall(SYS_close_range, 4U, ~0U, 0U);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execv(path, arguments);
        _exit(127);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return program < 0 ? -error : program;
}

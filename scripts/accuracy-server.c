// A server that takes up one request after the other and answers each after a known time, and that keeps a log of its own: when each
// request came in, by the kernel's stamp, and when its answer was sent. For scripts/accuracy. It computes nothing meanwhile: the
// next answer's time is waited for, so that a load near its capacity leaves the processors idle.
// Usage: accuracy-server PORT KIND MICROSECONDS SECONDS LOG
//   KIND          constant, lognormal, bimodal, freeze (nothing is taken up for 2 s), collapse (ever slower, at the end by half)
//   MICROSECONDS  the mean time of an answer: capacity is one answer in that time
//   SECONDS       the length of the load, for freeze and collapse
//   LOG           nanoseconds of arrival and answer, a line each, written at SIGTERM
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most = 1 << 20, places = 8192 };
struct answer { int64_t arrival, due, sent; int descriptor; uint32_t generation; };
static struct answer answers[most];
static uint32_t generations[places];
static int ends[places];
static volatile sig_atomic_t stopped;

static void stop(int signal) { (void)signal; stopped = 1; }

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// The same times in each run.
static double chance(void) {
    static uint64_t state = 0x9E3779B97F4A7C15;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return ((state >> 11) + 0.5) / 9007199254740992.0;
}

static int64_t take_time(const char *kind, double mean, double progress) {
    if (!strcmp(kind, "lognormal"))
        return mean * exp(0.7 * sqrt(-2 * log(chance())) * cos(2 * M_PI * chance()) - 0.245);
    // 0.95 × 0.5 + 0.05 × 10.5 = 1
    if (!strcmp(kind, "bimodal")) return chance() < 0.95 ? mean * 0.5 : mean * 10.5;
    if (!strcmp(kind, "collapse")) return mean * (1 + (progress < 1 ? progress : 1));
    return mean;
}

int main(int count, char **arguments) {
    if (count < 6) return 64;
    const char *kind = arguments[2];
    double mean = atof(arguments[3]) * 1000, length = atof(arguments[4]) * 1e9;
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    // Where it may, it is punctual beside busy neighbours, too; its log says when it wasn't.
    struct sched_param priority = {.sched_priority = 1};
    sched_setscheduler(0, SCHED_RR, &priority);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Connections inherit both.
    setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return 70;
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    int first = 0, end = 0;
    int64_t free_at = 0, began = 0;
    const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    while (!stopped) {
        while (first < end && answers[first].due <= now()) {
            struct answer *answer = &answers[first++];
            if (generations[answer->descriptor] != answer->generation) continue;
            answer->sent = now();
            if (send(answer->descriptor, text, sizeof text - 1, 0) < 0) answer->sent = 0;
        }
        struct timespec wait = {0}, *bound = NULL;
        if (first < end) {
            int64_t left = answers[first].due - now();
            if (left < 0) left = 0;
            wait.tv_sec = left / 1000000000, wait.tv_nsec = left % 1000000000, bound = &wait;
        }
        struct epoll_event ready[256];
        int found = epoll_pwait2(epoll, ready, 256, bound, NULL);
        for (int index = 0; index < found; index++) {
            int descriptor = ready[index].data.fd;
            if (descriptor == listener) {
                int connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (connection >= places) close(connection);
                if (connection < 0 || connection >= places) continue;
                ends[connection] = 0;
                event.data.fd = connection;
                epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &event);
                continue;
            }
            char bytes[16384];
            union { char space[CMSG_SPACE(sizeof(struct timespec))]; struct cmsghdr head; } control;
            struct iovec part = {bytes, sizeof bytes};
            struct msghdr message = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
            ssize_t size = recvmsg(descriptor, &message, 0);
            if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (size <= 0) {
                generations[descriptor]++;
                close(descriptor);
                continue;
            }
            int64_t arrival = now();
            struct cmsghdr *stamp = CMSG_FIRSTHDR(&message);
            if (stamp && stamp->cmsg_level == SOL_SOCKET && stamp->cmsg_type == SO_TIMESTAMPNS) {
                struct timespec time;
                memcpy(&time, CMSG_DATA(stamp), sizeof time);
                arrival = time.tv_sec * 1000000000LL + time.tv_nsec;
            }
            for (ssize_t place = 0; place < size; place++) {
                // Requests end with an empty line and have no body.
                char wanted = ends[descriptor] % 2 ? '\n' : '\r';
                ends[descriptor] = bytes[place] == wanted ? ends[descriptor] + 1 : bytes[place] == '\r';
                if (ends[descriptor] < 4) continue;
                ends[descriptor] = 0;
                if (end == most) return 70;
                if (!began) began = arrival;
                int64_t start = arrival > free_at ? arrival : free_at;
                int64_t freeze = began + (int64_t)(length * 0.3);
                if (!strcmp(kind, "freeze") && start >= freeze && start < freeze + 2000000000) start = freeze + 2000000000;
                free_at = start + take_time(kind, mean, (start - began) / length);
                answers[end++] = (struct answer){arrival, free_at, 0, descriptor, generations[descriptor]};
            }
        }
    }
    FILE *log = fopen(arguments[5], "w");
    if (!log) return 70;
    for (int index = 0; index < end; index++)
        fprintf(log, "%lld %lld\n", (long long)answers[index].arrival, (long long)answers[index].sent);
    return fclose(log) ? 70 : 0;
}

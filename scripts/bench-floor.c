// The least that a client of HTTP/1.1 can do: each connection sends the same request again as soon as its answer, of a length that is
// known from the first, has come whole. It parses nothing, measures nothing and keeps nothing; for scripts/bench.
// Usage: floor PORT CONNECTIONS SECONDS THREADS plain|stamps
//   plain: reads by read(2); stamps: by recvmsg(2), with the kernel's receive stamp, which a truthful latency needs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char request[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: floor\r\nAccept: */*\r\n\r\n";
static struct sockaddr_in server;
static int stamps;
static double seconds;
static long answer; // its length

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int open_connection(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (stamps) setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return fd;
}

static void ask(int fd) {
    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1) fail("send");
}

static ssize_t receive(int fd, char *buffer, size_t size) {
    if (!stamps) return read(fd, buffer, size);
    char control[CMSG_SPACE(sizeof(struct timespec))];
    struct iovec part = {buffer, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    return recvmsg(fd, &message, MSG_DONTWAIT);
}

static void learn_length(void) {
    char buffer[4096] = {0};
    int fd = open_connection();
    ask(fd);
    long got = 0;
    char *end = NULL;
    while (!end && got < (long)sizeof buffer - 1) {
        ssize_t count = read(fd, buffer + got, sizeof buffer - 1 - got);
        if (count <= 0) fail("read");
        got += count;
        end = strstr(buffer, "\r\n\r\n");
    }
    char *length = strcasestr(buffer, "content-length:");
    if (!end || !length) { fprintf(stderr, "no Content-Length\n"); exit(1); }
    answer = end + 4 - buffer + atol(length + 15);
    close(fd);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void *load(void *argument) {
    int connections = *(int *)argument, queue = epoll_create1(0);
    unsigned long long *answers = calloc(1, sizeof *answers);
    long *got = calloc(65536, sizeof *got);
    char buffer[16384];
    struct epoll_event events[256];
    for (int each = 0; each < connections; each++) {
        int fd = open_connection();
        struct epoll_event event = {EPOLLIN, {.fd = fd}};
        if (fd >= 65536 || epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
        ask(fd);
    }
    for (double end = now() + seconds; now() < end;) {
        int count = epoll_wait(queue, events, 256, 100);
        for (int each = 0; each < count; each++) {
            int fd = events[each].data.fd;
            ssize_t bytes = receive(fd, buffer, sizeof buffer);
            if (bytes < 0 && errno == EAGAIN) continue;
            if (bytes <= 0) fail("receive");
            if ((got[fd] += bytes) < answer) continue;
            got[fd] = 0;
            ++*answers;
            ask(fd);
        }
    }
    return answers;
}

int main(int count, char **words) {
    if (count < 6) return 64;
    server = (struct sockaddr_in){AF_INET, htons(atoi(words[1])), {htonl(INADDR_LOOPBACK)}, {0}};
    int threads = atoi(words[4]), connections = atoi(words[2]) / threads;
    seconds = atof(words[3]);
    stamps = !strcmp(words[5], "stamps");
    learn_length();
    pthread_t *all = calloc(threads, sizeof *all);
    for (int each = 0; each < threads; each++) pthread_create(&all[each], NULL, load, &connections);
    unsigned long long sum = 0;
    for (int each = 0; each < threads; each++) {
        void *answers;
        pthread_join(all[each], &answers);
        sum += *(unsigned long long *)answers;
    }
    printf("%llu answers\n", sum);
    return 0;
}

// The yardstick for the libcurl transport: GETs on kept connections with libcurl's multi-socket interface on epoll, and
// nothing else. Prints the number of requests. Usage: bench-curl URL CONNECTIONS SECONDS
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static int epoll;
static long timeout = -1;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *registered) {
    (void)easy;
    if (what == CURL_POLL_REMOVE) return epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL), 0;
    struct epoll_event event = {.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0)};
    event.data.fd = socket;
    epoll_ctl(epoll, registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    curl_multi_assign(context, socket, context);
    return 0;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
    (void)multi, (void)context;
    timeout = milliseconds;
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

int main(int count, char **arguments) {
    if (count != 4) return fprintf(stderr, "usage: bench-curl URL CONNECTIONS SECONDS\n"), 64;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    int connections = atoi(arguments[2]), running;
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections);
    for (int index = 0; index < connections; index++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, arguments[1]);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_multi_add_handle(multi, easy);
    }
    unsigned long requests = 0, failed = 0;
    for (double end = now() + atof(arguments[3]); now() < end;) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, timeout < 0 || timeout > 100 ? 100 : (int)timeout);
        if (ready <= 0) timeout = -1, curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        for (int index = 0; index < ready; index++) {
            int what = (events[index].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                | (events[index].events & ~(unsigned)EPOLLOUT ? CURL_CSELECT_IN : 0);
            curl_multi_socket_action(multi, events[index].data.fd, what, &running);
        }
        int left;
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
            CURL *easy = message->easy_handle;
            if (message->data.result == CURLE_OK) requests++; else failed++;
            curl_multi_remove_handle(multi, easy);
            curl_multi_add_handle(multi, easy);
        }
        // What was begun again goes out now, not when epoll has been asked.
        if (timeout == 0) timeout = -1, curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    printf("%lu\n", requests);
    return failed > requests / 100 ? 1 : 0;
}

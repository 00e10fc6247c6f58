// c-ares as a look-up of one name needs it: what hangs on macros, on select's bounded sets of descriptors, and on structs
// whose members change from version to version.
#pragma once
#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/// How many sockets a look-up has at most at a time.
enum { loadgate_ares_most = ARES_GETSOCK_MAXNUM };

/// c-ares' initialisation for the process; 0, or its status.
static inline int loadgate_ares_begin(void) { return ares_library_init(ARES_LIB_INIT_ALL); }

/// Counts the sockets that are opened to name servers.
static inline int loadgate_ares_count(ares_socket_t descriptor, int type, void *opened) {
    (void)descriptor;
    (void)type;
    ++*(int *)opened;
    return 0;
}

/// Makes a channel. `servers`: ADDRESS:PORT of the one to ask, and nothing else then, no file and no search list; NULL: as
/// this machine is configured (resolv.conf, nsswitch.conf, hosts). `timeout`: milliseconds of the first try of a server.
/// `opened` counts sockets to name servers. 0, or c-ares' status.
static inline int loadgate_ares_open(ares_channel *channel, const char *servers, int timeout, int tries, int *opened) {
    struct ares_options options;
    int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    memset(&options, 0, sizeof options);
    options.timeout = timeout;
    options.tries = tries;
    // A name that this machine has of its own must not hide what a server says that was asked for by its address.
    char lookups[] = "b";
    if (servers) {
        options.lookups = lookups;
        options.flags = ARES_FLAG_NOSEARCH;
        mask |= ARES_OPT_LOOKUPS | ARES_OPT_FLAGS;
    }
    int status = ares_init_options(channel, &options, mask);
    if (status != ARES_SUCCESS) return status;
    ares_set_socket_callback(*channel, loadgate_ares_count, opened);
    if (servers && (status = ares_set_servers_ports_csv(*channel, servers)) != ARES_SUCCESS) ares_destroy(*channel);
    return status;
}

/// Asks for all addresses of a name, in the order in which they are to be tried (RFC 6724).
static inline void loadgate_ares_ask(
    ares_channel channel, const char *name, ares_addrinfo_callback answered, void *context) {
    struct ares_addrinfo_hints hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel, name, NULL, &hints, answered, context);
}

/// What to wait for; gives how many of `sockets` were set, `loadgate_ares_most` at most.
static inline int loadgate_ares_sockets(ares_channel channel, struct pollfd *sockets) {
    ares_socket_t descriptors[ARES_GETSOCK_MAXNUM];
    int wanted = ares_getsock(channel, descriptors, ARES_GETSOCK_MAXNUM), count = 0;
    for (int place = 0; place < ARES_GETSOCK_MAXNUM; place++) {
        short events = (short)((ARES_GETSOCK_READABLE(wanted, place) ? POLLIN : 0)
                               | (ARES_GETSOCK_WRITABLE(wanted, place) ? POLLOUT : 0));
        if (!events) break;
        sockets[count++] = (struct pollfd){.fd = descriptors[place], .events = events};
    }
    return count;
}

/// Goes on after `poll`; `count` 0: looks at the clock alone.
static inline void loadgate_ares_go_on(ares_channel channel, const struct pollfd *sockets, int count) {
    int told = 0;
    for (int place = 0; place < count; place++) {
        short seen = sockets[place].revents;
        if (!seen) continue;
        told = 1;
        ares_process_fd(
            channel, seen & (POLLIN | POLLERR | POLLHUP | POLLNVAL) ? sockets[place].fd : ARES_SOCKET_BAD,
            seen & POLLOUT ? sockets[place].fd : ARES_SOCKET_BAD);
    }
    if (!told) ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/// Milliseconds until it has to be gone on with, `most` at most.
static inline int loadgate_ares_wait(ares_channel channel, int most) {
    struct timeval bound = {.tv_sec = most / 1000, .tv_usec = most % 1000 * 1000}, left;
    struct timeval *wait = ares_timeout(channel, &bound, &left);
    return wait ? (int)(wait->tv_sec * 1000 + (wait->tv_usec + 999) / 1000) : most;
}

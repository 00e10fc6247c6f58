// A WebSocket server that echoes, and a client that sends 64 bytes on each of its connections again and again, each message after
// the echo of the one before. On libwebsockets; for scripts/bench.
// Usage: websocket serve PORT | websocket load PORT CONNECTIONS SECONDS
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct session {
    size_t count;
    unsigned char bytes[LWS_PRE + 4096];
};

static volatile sig_atomic_t stopped;
static unsigned long long echoes;
static int failed;

static void stop(int signal) { (void)signal; stopped = 1; }

static int serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t count) {
    struct session *session = user;
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        if (count > 4096) return -1;
        memcpy(session->bytes + LWS_PRE, in, count);
        session->count = count;
        lws_callback_on_writable(wsi);
        break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        if (session->count && lws_write(wsi, session->bytes + LWS_PRE, session->count, LWS_WRITE_TEXT) < 0) return -1;
        session->count = 0;
        break;
    default: break;
    }
    return 0;
}

static int load(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t count) {
    struct session *session = user;
    (void)in;
    (void)count;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: failed = 1; break;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        memset(session->bytes + LWS_PRE, 'x', 64);
        lws_callback_on_writable(wsi);
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        if (lws_write(wsi, session->bytes + LWS_PRE, 64, LWS_WRITE_TEXT) < 0) return -1;
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        echoes++;
        lws_callback_on_writable(wsi);
        break;
    default: break;
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    int serves = strcmp(arguments[1], "serve") == 0;
    if (!serves && count < 5) return 64;
    int port = atoi(arguments[2]);
    lws_set_log_level(LLL_ERR, NULL);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);
    struct lws_protocols protocols[] = {
        {.name = "echo", .callback = serves ? serve : load, .per_session_data_size = sizeof(struct session),
         .rx_buffer_size = 4096},
        {0}};
    struct lws_context_creation_info info = {
        .port = serves ? port : CONTEXT_PORT_NO_LISTEN, .iface = serves ? "127.0.0.1" : NULL, .protocols = protocols,
        .fd_limit_per_thread = 1024};
    struct lws_context *context = lws_create_context(&info);
    if (!context) return 70;
    int connections = serves ? 0 : atoi(arguments[3]);
    for (int number = 0; number < connections; number++) {
        struct lws_client_connect_info connect = {
            .context = context, .address = "127.0.0.1", .port = port, .path = "/", .host = "127.0.0.1",
            .origin = "127.0.0.1", .local_protocol_name = "echo"};
        if (!lws_client_connect_via_info(&connect)) return 70;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double end = serves ? 1e300 : now.tv_sec + now.tv_nsec / 1e9 + atoi(arguments[4]);
    while (!stopped && !failed && now.tv_sec + now.tv_nsec / 1e9 < end) {
        lws_service(context, 0);
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    if (!serves) printf("%llu echoes\n", echoes);
    lws_context_destroy(context);
    return failed;
}

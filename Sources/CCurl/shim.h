// Typed wrappers of libcurl's variadic calls, which Swift can't make, and of macros that Swift can't read.
#pragma once
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

static inline CURLcode loadgate_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode loadgate_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode loadgate_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode loadgate_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode loadgate_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Replaces the address that a socket is about to be connected to (CURLOPT_OPENSOCKETFUNCTION lets it be changed).
static inline void loadgate_curl_set_peer(struct curl_sockaddr *peer, const struct sockaddr *address, unsigned int length) {
    peer->family = address->sa_family;
    peer->addrlen = length;
    // There is room for a sockaddr_storage behind the declared sockaddr.
    memcpy((char *)peer + offsetof(struct curl_sockaddr, addr), address, length);
}

static inline CURLcode loadgate_curl_set_mime(CURL *handle, curl_mime *value) {
    return curl_easy_setopt(handle, CURLOPT_MIMEPOST, value);
}

static inline CURLcode loadgate_curl_set_error_buffer(CURL *handle, char *buffer) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, buffer);
}

/// `option`: CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION.
static inline CURLcode loadgate_curl_on_bytes(CURL *handle, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(handle, option, callback);
}

static inline CURLcode loadgate_curl_on_read(CURL *handle, curl_read_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_READFUNCTION, callback);
}

static inline CURLcode loadgate_curl_on_seek(CURL *handle, curl_seek_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode loadgate_curl_on_open_socket(CURL *handle, curl_opensocket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode loadgate_curl_on_close_socket(CURL *handle, curl_closesocket_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, callback);
}

static inline CURLcode loadgate_curl_on_resolver_start(CURL *handle, curl_resolver_start_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_RESOLVER_START_FUNCTION, callback);
}

/// Called when a connection is ready, before the request goes out on it.
static inline CURLcode loadgate_curl_on_request(CURL *handle, curl_prereq_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

/// Nothing but HTTP and HTTPS, neither at first nor after a redirect.
static inline CURLcode loadgate_curl_allow_http_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    return code != CURLE_OK
        ? code : curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static inline CURLcode loadgate_curl_authenticate_basic(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
}

static inline CURLcode loadgate_curl_authenticate_digest(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_DIGEST);
}

/// What every transfer of ours has, of the load and beside it: no signals in a process with threads, HTTP and HTTPS alone,
/// paths as they are given (`/a/../b` is asked for as such), and no proxy of the environment.
static inline CURLcode loadgate_curl_set_common(CURL *handle) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    if (code == CURLE_OK) code = loadgate_curl_allow_http_only(handle);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    // Without these two, proxies of the environment would be used.
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY, "");
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
    // The answer of a proxy to CONNECT is no answer of the host.
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/// Nanoseconds as libcurl's timeouts count, rounded up: zero would be no limit at all.
static inline long loadgate_curl_milliseconds(long long nanoseconds) {
    long long milliseconds = nanoseconds < 1 ? 1 : (nanoseconds - 1) / 1000000 + 1;
    return milliseconds > 0x7fffffff ? 0x7fffffff : (long)milliseconds;
}

/// The time for a whole transfer, and, else libcurl's five minutes would hold, for its connection.
static inline CURLcode loadgate_curl_set_timeout(CURL *handle, long milliseconds) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
}

/// How a transfer speaks TLS, with its host and with a proxy. Texts that are nil: as libcurl has it. TLS versions 1.`least` to
/// 1.`most`; 2 and 3 are known.
static inline CURLcode loadgate_curl_set_tls(
    CURL *handle, const char *authorities, const char *certificate, const char *key, const char *passphrase,
    bool verifies, int least, int most) {
    CURLcode code = CURLE_OK;
    if (authorities) {
        code = curl_easy_setopt(handle, CURLOPT_CAINFO, authorities);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, authorities);
        // Debian's libcurl has a folder of the system's authorities besides its file of them.
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, NULL);
    }
    if (code == CURLE_OK && certificate) code = curl_easy_setopt(handle, CURLOPT_SSLCERT, certificate);
    if (code == CURLE_OK && key) {
        code = curl_easy_setopt(handle, CURLOPT_SSLKEY, key);
        // Without one OpenSSL would ask for it on the terminal, and wait.
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_KEYPASSWD, passphrase ? passphrase : "");
    }
    if (!verifies) {
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
    }
    long low = least >= 3 ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2;
    long high = most >= 3 ? CURL_SSLVERSION_MAX_TLSv1_3 : CURL_SSLVERSION_MAX_TLSv1_2;
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSLVERSION, low | high);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_PROXY_SSLVERSION, low | high);
}

/// What OpenSSL's context of each connection is given to; fails where libcurl has another library for TLS.
static inline CURLcode loadgate_curl_on_tls(CURL *handle, curl_ssl_ctx_callback callback) {
    return curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, callback);
}

/// The handle reads no authorities.
static inline CURLcode loadgate_curl_forget_authorities(CURL *handle) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_CAINFO, NULL);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, NULL);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, NULL);
}

/// The file and the folder of authorities that libcurl was built with; NULL where it has none.
static inline const char *loadgate_curl_authorities_file(void) {
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    return info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
}

static inline const char *loadgate_curl_authorities_folder(void) {
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    return info->age >= CURLVERSION_SEVENTH ? info->capath : NULL;
}

/// A redirect of status 301 or 302 keeps method and body (only POST is turned into GET, as browsers do).
static inline CURLcode loadgate_curl_keep_method(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_POSTREDIR, (long)(CURL_REDIR_POST_301 | CURL_REDIR_POST_302));
}

/// A transfer that ends while a name is being looked up doesn't wait for the lookup, which knows no timeout of ours.
static inline CURLcode loadgate_curl_leave_lookups(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)handle;
    return CURLE_OK;
#endif
}

/// A number that the handle knows; 0 where it doesn't.
static inline long loadgate_curl_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t loadgate_curl_size(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : 0;
}

/// The URL of the request at hand, redirects included. Belongs to the handle.
static inline const char *loadgate_curl_effective_url(CURL *handle) {
    char *value = NULL;
    return curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &value) == CURLE_OK ? value : NULL;
}

/// What was set as CURLOPT_PRIVATE.
static inline void *loadgate_curl_private(CURL *handle) {
    char *value = NULL;
    return curl_easy_getinfo(handle, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode loadgate_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// `context` goes to both callbacks.
static inline CURLMcode loadgate_curl_multi_on_change(
    CURLM *multi, curl_socket_callback socket, curl_multi_timer_callback timer, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

static inline CURLSHcode loadgate_curl_share(CURLSH *share, curl_lock_data what) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, what);
}

/// Address and length of the peer that libcurl is about to open a socket for.
static inline const struct sockaddr *loadgate_curl_peer(const struct curl_sockaddr *peer) { return &peer->addr; }

/// The version of the library in use: 0xXXYYZZ.
static inline unsigned loadgate_curl_version(void) { return curl_version_info(CURLVERSION_NOW)->version_num; }

// Typed wrappers of libcurl's variadic calls, which Swift can't make.
#pragma once
#include <curl/curl.h>

static inline CURLcode loadgate_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode loadgate_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline size_t loadgate_curl_ignore(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

/// Throws the response body away instead of printing it to standard output, which is libcurl's default.
static inline CURLcode loadgate_curl_discard_body(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, loadgate_curl_ignore);
}

static inline CURLcode loadgate_curl_response_code(CURL *handle, long *code) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, code);
}

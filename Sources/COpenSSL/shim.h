// What Loadgate calls of OpenSSL. Much of its interface are macros and casts, which Swift can't see.
#pragma once
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

static inline const char *loadgate_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION); }

/// Offers the versions from `lowest` to `highest` (TLS1_2_VERSION …). Returns 1 on success.
static inline int loadgate_tls_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) == 1 && SSL_CTX_set_max_proto_version(context, highest) == 1;
}

static inline int loadgate_tls_take_passphrase(char *buffer, int size, int writing, void *passphrase) {
    (void)writing;
    size_t length = passphrase ? strlen((const char *)passphrase) : 0;
    // -1: the library takes no key then, and asks nobody.
    if (length == 0 || length > (size_t)size) return -1;
    memcpy(buffer, passphrase, length);
    return (int)length;
}

/// Keys are opened with `passphrase`, which must stay until then, and may be NULL. Without this the library would ask for one
/// on the terminal, and wait.
static inline void loadgate_tls_set_passphrase(SSL_CTX *context, const char *passphrase) {
    SSL_CTX_set_default_passwd_cb(context, loadgate_tls_take_passphrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, (void *)passphrase);
}

/// Gives the connection's record buffers, some 34 KB, back whenever they are empty.
static inline void loadgate_tls_release_buffers(SSL *connection) { SSL_set_mode(connection, SSL_MODE_RELEASE_BUFFERS); }

/// Sessions are handed to `keep`, which takes over a reference where it returns 1; the library itself keeps none.
static inline void loadgate_tls_keep_sessions(SSL_CTX *context, int (*keep)(SSL *, SSL_SESSION *)) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep);
}

/// No session is kept, no ticket asked for.
static inline void loadgate_tls_forget_sessions(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

/// Names the server in the ClientHello (RFC 6066 §3). Returns 1 on success.
static inline int loadgate_tls_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

/// The words for an error of the queue, without the library's own codes; NULL where it has none.
static inline const char *loadgate_tls_reason(unsigned long error) {
    return ERR_SYSTEM_ERROR(error) ? NULL : ERR_reason_error_string(error);
}

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits, without a NUL after them.
static inline void loadgate_sha256_hex(const unsigned char *bytes, size_t length, unsigned char *digits) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(bytes, length, digest);
    for (size_t place = 0; place < sizeof digest; place++) {
        digits[2 * place] = "0123456789abcdef"[digest[place] >> 4];
        digits[2 * place + 1] = "0123456789abcdef"[digest[place] & 15];
    }
}

/// HMAC-SHA256 (RFC 2104): 32 bytes into `code`. Returns 1 on success.
static inline int loadgate_hmac_sha256(
    const unsigned char *key, int key_length, const unsigned char *bytes, size_t length, unsigned char *code) {
    return HMAC(EVP_sha256(), key, key_length, bytes, length, code, NULL) != NULL;
}

static inline void loadgate_bio_set_retry_read(BIO *bio) {
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
}

static inline void loadgate_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

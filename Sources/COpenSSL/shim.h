// What Loadgate calls of OpenSSL's libcrypto; OPENSSL_VERSION is a macro, which Swift can't see through a cast.
#pragma once
#include <openssl/crypto.h>
#include <openssl/sha.h>

static inline const char *loadgate_openssl_version(void) { return OpenSSL_version(OPENSSL_VERSION); }

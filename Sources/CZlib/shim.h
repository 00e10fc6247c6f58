// zlib as permessage-deflate needs it, raw deflate (RFC 1951), and gzip. The initialisers are macros, which Swift can't see.
#pragma once
#include <zlib.h>

/// Prepares raw inflation with a window of 2^bits bytes, bits from 8 to 15. Returns Z_OK or zlib's error.
static inline int loadgate_inflate_begin(z_stream *stream, int bits) { return inflateInit2(stream, -bits); }

/// Prepares raw deflation with a window of 2^bits bytes, bits from 9 to 15. Returns Z_OK or zlib's error.
static inline int loadgate_deflate_begin(z_stream *stream, int level, int bits, int strategy) {
    return deflateInit2(stream, level, Z_DEFLATED, -bits, 8, strategy);
}

/// Prepares compression to gzip (RFC 1952), fast. Returns Z_OK or zlib's error.
static inline int loadgate_gzip_begin(z_stream *stream) {
    return deflateInit2(stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

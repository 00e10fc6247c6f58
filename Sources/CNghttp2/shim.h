// What Loadgate calls of nghttp2, the codec of HTTP/2 and HPACK.
#pragma once
#include <nghttp2/nghttp2.h>

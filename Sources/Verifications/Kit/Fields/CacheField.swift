/// The header fields by which a cache says what it did.
public enum CacheField: Sendable, Equatable {
    /// On each answer the first of the fields below but `Age` that is there and can be read.
    case auto
    /// `Cache-Status` (RFC 9211).
    case cacheStatus
    /// `CF-Cache-Status`, Cloudflare's.
    case cfCacheStatus
    /// `X-Cache`: Fastly, CloudFront, Akamai, Varnish, Squid.
    case xCache
    /// `X-Proxy-Cache` or `X-Cache-Status`, nginx' `$upstream_cache_status`.
    case xProxyCache
    /// `Age` alone (RFC 9111 §5.1): an answer that has it comes from a cache, one without does not.
    case age
    /// A field of this name with the words of `X-Cache`.
    case header(String)
}

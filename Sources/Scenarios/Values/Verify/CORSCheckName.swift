/// The checks of `cors:`, by the labels that findings carry, in the order of the findings.
public enum CORSCheckName: String, CaseIterable, Sendable {
    // Other origins
    case reflection
    case deniedOther = "denied_other"
    case deniedNull = "denied_null"
    case deniedSuffix = "denied_suffix"
    case deniedPrefix = "denied_prefix"
    case deniedScheme = "denied_scheme"
    case deniedPort = "denied_port"
    case deniedSubdomain = "denied_subdomain"
    case deniedSibling = "denied_sibling"
    case deniedDot = "denied_dot"
    case deniedUnderscore = "denied_underscore"
    case deniedBacktick = "denied_backtick"
    case deniedTrailingDot = "denied_trailing_dot"
    case deniedCase = "denied_case"
    case deniedLocalhost = "denied_localhost"
    case deniedListed = "denied_listed"
    // Allowed origins
    case allowedOrigin = "allowed_origin"
    case allowedErrors = "allowed_errors"
    case originSingle = "origin_single"
    case originSyntax = "origin_syntax"
    case neverNull = "never_null"
    case credentials
    case credentialsUndeclared = "credentials_undeclared"
    case credentialsValue = "credentials_value"
    case credentialsWildcard = "credentials_wildcard"
    case expose
    case exposeWildcard = "expose_wildcard"
    case varyOrigin = "vary_origin"
    case cachedGrant = "cached_grant"
    case cachedDenial = "cached_denial"
    // Preflights
    case preflightStatus = "preflight_status"
    case preflightAnonymous = "preflight_anonymous"
    case preflightOrigin = "preflight_origin"
    case preflightCredentials = "preflight_credentials"
    case preflightMethods = "preflight_methods"
    case preflightHeaders = "preflight_headers"
    case preflightAuthorization = "preflight_authorization"
    case preflightSyntax = "preflight_syntax"
    case preflightMethodUnlisted = "preflight_method_unlisted"
    case preflightHeaderUnlisted = "preflight_header_unlisted"
    case preflightWildcard = "preflight_wildcard"
    case preflightMaxAge = "preflight_max_age"
}

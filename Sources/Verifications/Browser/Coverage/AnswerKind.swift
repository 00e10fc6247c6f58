/// A kind of answer that browsers get: header fields must be right on all of them, and errors, redirects and caches are
/// where they are forgotten.
public enum AnswerKind: String, CaseIterable, Sendable {
    /// 2xx
    case success
    /// 404
    case notFound = "not_found"
    /// 405 or 501
    case methodNotAllowed = "method_not_allowed"
    /// 429
    case rateLimited = "rate_limited"
    /// 5xx other than 501
    case serverError = "server_error"
    /// 301, 302, 303, 307 or 308
    case redirect
    /// An answer that a cache gave by itself, whatever its status.
    case cached

    /// The kind of a status; nil where none of them has it.
    public init?(status: Int) {
        switch status {
        case 200...299: self = .success
        case 301, 302, 303, 307, 308: self = .redirect
        case 404: self = .notFound
        case 405, 501: self = .methodNotAllowed
        case 429: self = .rateLimited
        case 500...599: self = .serverError
        default: return nil
        }
    }

    /// The kinds that can be had of every server without being told how.
    public static let usual: [AnswerKind] = [.success, .notFound, .methodNotAllowed, .cached]
}

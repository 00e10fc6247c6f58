import Scenarios

/// How many requests in which time.
///
///     rate limit := digits "/" [ number ] ("ms" | "s" | "m" | "min" | "h")
struct RateLimitQuantity: Sendable {
    /// Requests that are admitted in a window.
    var limit: Int
    /// The window's length.
    var window: Duration

    static let pattern = "[0-9]+/(\(Quantity.numberPattern))?(ms|s|m|min|h)"
    static let expected = "expected a limit such as 100/min, 5/s, 20/10s"
    /// The most requests per window: each probe sends more than that.
    static let mostRequests = 10_000

    /// The requests and the window's length in `100/min` or `20/10s`, or what is wrong.
    static func parse(_ text: String) throws(GrammarError) -> RateLimitQuantity {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let limit = Quantity.integer(parts[0]) else {
            throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
        }
        guard 1...mostRequests ~= limit else {
            throw GrammarError(
                offset: 0, message: "expected a limit of 1 to \(mostRequests) requests, found \(quoted(text))")
        }
        let length = parts[1] == "min" ? "1m" : parts[1].hasSuffix("min") ? parts[1].dropLast(2) : parts[1]
        let isUnit = length.first.map { !("0"..."9").contains($0) } ?? true
        guard let window = try? Quantity.duration(isUnit ? "1\(length)" : String(length)) else {
            throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
        }
        guard window >= .milliseconds(100), window <= .seconds(3600) else {
            throw GrammarError(offset: 0, message: "expected a window of 100ms to 1h, found \(quoted(text))")
        }
        return RateLimitQuantity(limit: limit, window: window)
    }
}

internal import Measures
import VerificationKit

/// What an answer's header fields tell a client about its limit, by one family of fields.
struct RateLimitNotice: Equatable {
    /// The families, in the order in which findings name them.
    enum Family: String, CaseIterable {
        /// `RateLimit` and `RateLimit-Policy` with a list of named policies, drafts 08 and later.
        case policies = "RateLimit"
        /// `RateLimit: limit=…, remaining=…, reset=…`, draft 07.
        case dictionary = "RateLimit (draft 07)"
        /// `RateLimit-Limit`, `-Remaining`, `-Reset`, up to draft 06.
        case separate = "RateLimit-Limit"
        /// `X-RateLimit-Limit`, `-Remaining`, `-Reset`.
        case legacy = "X-RateLimit"
        /// `X-Rate-Limit-Limit`, `-Remaining`, `-Reset`.
        case hyphenated = "X-Rate-Limit"
    }

    /// How a reset is told.
    enum ResetForm: String {
        case delta = "seconds from now"
        case epoch = "seconds since 1970"
        case epochMilliseconds = "milliseconds since 1970"
        case iso8601 = "a date of ISO 8601"
        case httpDate = "a date of HTTP"
    }

    var family: Family
    /// The limits that the fields name, one per policy.
    var limits: [Int] = []
    /// The windows that the fields name, in seconds.
    var windows: [Int] = []
    /// Requests that are left.
    var remaining: Int?
    /// Seconds until the quota is there again; nil where it isn't told, or the answer has no date to count from.
    var reset: Double?
    var resetForm: ResetForm?
    /// What is wrong with the fields.
    var problems: [String] = []

    /// The notices of an answer.
    static func all(in fields: [HeaderLine]) -> [RateLimitNotice] {
        var notices: [RateLimitNotice] = []
        let limit = joined(fields, "RateLimit")
        let policy = joined(fields, "RateLimit-Policy")
        if let limit, limit.contains("="), !limit.contains(";"),
            limit.contains("limit=") || limit.contains("remaining=")
        {
            notices.append(dictionary(limit, policy))
        } else if limit != nil || (policy.map { $0.hasPrefix("\"") } ?? false) {
            notices.append(policies(limit, policy))
        }
        let date = fields.values("Date").first.flatMap(HTTPDate.seconds)
        let prefixes: [(Family, String)] = [
            (.separate, "RateLimit-"), (.legacy, "X-RateLimit-"), (.hyphenated, "X-Rate-Limit-"),
        ]
        for (family, prefix) in prefixes {
            let values = ["Limit", "Remaining", "Reset"].map { joined(fields, prefix + $0) }
            guard values.contains(where: { $0 != nil }) else { continue }
            notices.append(separate(family, values, date: date))
        }
        return notices
    }

    private static func joined(_ fields: [HeaderLine], _ name: String) -> String? {
        let values = fields.values(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private static func policies(_ limit: String?, _ policy: String?) -> RateLimitNotice {
        var notice = RateLimitNotice(family: .policies)
        if let policy {
            guard let items = PolicyItem.all(in: policy) else {
                notice.problems.append("RateLimit-Policy: \(policy) is not a list of policies")
                return notice
            }
            for item in items {
                if let quota = item.integer("q"), quota >= 0 {
                    notice.limits.append(quota)
                } else {
                    notice.problems.append("RateLimit-Policy: \(item.name) has no whole number q")
                }
                if let window = item.integer("w"), window > 0 {
                    notice.windows.append(window)
                } else if item.has("w") {
                    notice.problems.append("RateLimit-Policy: w of \(item.name) is not a number of seconds above 0")
                }
            }
        }
        guard let limit else { return notice }
        guard let items = PolicyItem.all(in: limit) else {
            notice.problems.append("RateLimit: \(limit) is not a list of limits")
            return notice
        }
        let named = policy.flatMap(PolicyItem.all)?.map(\.name)
        for item in items {
            if let named, !named.contains(item.name) {
                notice.problems.append("RateLimit names the policy \(item.name), which RateLimit-Policy doesn't")
            }
            guard let remaining = item.integer("r"), remaining >= 0 else {
                notice.problems.append("RateLimit: \(item.name) has no whole number r")
                continue
            }
            // The tightest of several.
            guard remaining < notice.remaining ?? .max else { continue }
            notice.remaining = remaining
            if let reset = item.integer("t"), reset >= 0 {
                (notice.reset, notice.resetForm) = (Double(reset), .delta)
            } else if item.has("t") {
                notice.problems.append("RateLimit: t of \(item.name) is not a number of seconds")
            }
        }
        return notice
    }

    private static func dictionary(_ limit: String, _ policy: String?) -> RateLimitNotice {
        var notice = RateLimitNotice(family: .dictionary)
        for member in limit.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1).map { $0.trimming() }
            guard parts.count == 2, let value = whole(parts[1]) else {
                notice.problems.append("RateLimit: \(member.trimming()) is not a whole number")
                continue
            }
            switch parts[0] {
            case "limit": notice.limits = [value]
            case "remaining": notice.remaining = value
            case "reset": (notice.reset, notice.resetForm) = (Double(value), .delta)
            default: break
            }
        }
        return notice
    }

    private static func separate(_ family: Family, _ values: [String?], date: Int?) -> RateLimitNotice {
        var notice = RateLimitNotice(family: family)
        let prefix = family == .separate ? "RateLimit" : family.rawValue
        // The limit may be followed by its policies: 100, 100;w=60 (draft 06).
        if let text = values[0] {
            let first = text.prefix { $0 != "," && $0 != ";" }.trimming()
            if let limit = whole(first) {
                notice.limits = [limit]
            } else {
                notice.problems.append("\(prefix)-Limit: \(text) is not a whole number")
            }
        }
        if let text = values[1] {
            notice.remaining = whole(text)
            if notice.remaining == nil { notice.problems.append("\(prefix)-Remaining: \(text) is not a whole number") }
        }
        guard let text = values[2] else { return notice }
        let isDraft = family == .separate
        if let instant = ISO8601Instant.seconds(text) {
            notice.resetForm = .iso8601
            if isDraft {
                notice.problems.append("\(prefix)-Reset: \(text) is a date of ISO 8601, no number of seconds")
            }
            if let date { notice.reset = instant - Double(date) }
            return notice
        }
        if let instant = HTTPDate.seconds(text) {
            notice.resetForm = .httpDate
            if isDraft { notice.problems.append("\(prefix)-Reset: \(text) is a date of HTTP, no number of seconds") }
            if let date { notice.reset = Double(instant - date) }
            return notice
        }
        guard let reset = number(text) else {
            notice.problems.append("\(prefix)-Reset: \(text) is not a number of seconds")
            return notice
        }
        switch reset {
        case ..<1e9: (notice.reset, notice.resetForm) = (reset, .delta)
        case ..<1e12:
            notice.resetForm = .epoch
            if let date { notice.reset = reset - Double(date) }
        default:
            notice.resetForm = .epochMilliseconds
            if let date { notice.reset = reset / 1000 - Double(date) }
        }
        return notice
    }

    private static func whole(_ text: String) -> Int? {
        let isWhole = !text.isEmpty && text.utf8.count <= 15 && text.utf8.allSatisfy { 48...57 ~= $0 }
        return isWhole ? Int(text) : nil
    }

    private static func number(_ text: String) -> Double? {
        let isNumber = text.utf8.count <= 18 && text.utf8.allSatisfy { 48...57 ~= $0 || $0 == UInt8(ascii: ".") }
        guard isNumber, text.utf8.first.map({ 48...57 ~= $0 }) ?? false else { return nil }
        return Double(text)
    }
}

/// When a client may come again (RFC 9110 §10.2.3).
enum RetryAfter: Equatable {
    /// None was told.
    case absent
    /// Seconds from the answer on.
    case seconds(Double)
    /// Neither a whole number of seconds nor a date, or a date without the answer's own to count from.
    case malformed(String)

    init(_ fields: [HeaderLine]) {
        let values = fields.values("Retry-After")
        guard let text = values.first else {
            self = .absent
            return
        }
        if values.count == 1, !text.isEmpty, text.utf8.count <= 12, text.utf8.allSatisfy({ 48...57 ~= $0 }) {
            self = .seconds(Double(text) ?? 0)
        } else if values.count == 1, let date = HTTPDate.seconds(text),
            let now = fields.values("Date").first.flatMap(HTTPDate.seconds)
        {
            self = .seconds(Double(max(0, date - now)))
        } else {
            self = .malformed(values.joined(separator: ", "))
        }
    }

    /// The seconds, where there are some.
    var delay: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }
}

extension StringProtocol {
    /// The text without blanks and tabs around it.
    fileprivate func trimming() -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(String(drop(while: isBlank)).reversed().drop(while: isBlank).reversed())
    }
}

import CLinux

/// What a `LimiterServer` decided, and how it says so.
struct LimiterDecision: Sendable {
    var isAdmitted: Bool
    /// Requests that would be admitted right after it.
    var remaining: Int
    /// How long `remaining` holds, or until there is room, in nanoseconds.
    var reset: Int64

    /// In whole seconds, rounded up so that a client that waits that long is not too early.
    var resetSeconds: Int { max(1, Int((reset + 999_999_999) / 1_000_000_000)) }

    /// The whole response. `age`: since when a cache has it.
    func response(_ settings: LimiterSettings, to method: String, age: Int?) -> String {
        let body = isAdmitted ? #"{"ok":true}"# : #"{"error":"too many requests"}"#
        var lines = [isAdmitted ? "HTTP/1.1 200 OK" : "HTTP/1.1 429 Too Many Requests"]
        lines += fields(settings).map { "\($0.name): \($0.value)" }
        if settings.defect == .rejectionCached, !isAdmitted {
            lines.append("Cache-Control: public, max-age=\(resetSeconds)")
        } else {
            lines.append("Cache-Control: no-store")
        }
        if let age { lines.append("Age: \(age)") }
        lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"]
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (method == "HEAD" ? "" : body)
    }

    private func fields(_ settings: LimiterSettings) -> [(name: String, value: String)] {
        let limit = settings.defect == .limitLies ? settings.limit * 2 : settings.limit
        let remaining = settings.defect == .remainingStuck ? limit : min(remaining, max(limit, settings.burst))
        let seconds = settings.defect == .retryAfterTooEarly ? resetSeconds - 1 : resetSeconds
        var fields: [(name: String, value: String)] = []
        if settings.fields.contains(.draft) {
            fields.append(("RateLimit-Policy", "\"default\";q=\(limit);w=\(settings.window)"))
            fields.append(("RateLimit", "\"default\";r=\(remaining);t=\(text(of: seconds, settings, isEpoch: false))"))
        }
        if !settings.fields.isDisjoint(with: [.legacy, .legacyEpoch]) {
            let isEpoch = settings.fields.contains(.legacyEpoch)
            fields.append(("X-RateLimit-Limit", "\(limit)"))
            fields.append(("X-RateLimit-Remaining", "\(remaining)"))
            fields.append(("X-RateLimit-Reset", text(of: seconds, settings, isEpoch: isEpoch)))
        }
        if !isAdmitted { fields.append(("Retry-After", "\(seconds)")) }
        return fields
    }

    private func text(of seconds: Int, _ settings: LimiterSettings, isEpoch: Bool) -> String {
        let epoch = Int(loadgate_realtime() / 1_000_000_000)
        switch settings.defect {
        case .resetInPast: return isEpoch ? "\(epoch - 3600)" : "-1"
        case .resetGarbage: return "soon"
        default: return isEpoch ? "\(epoch + seconds)" : "\(seconds)"
        }
    }
}

internal import Measures
internal import Scenarios

/// The keys of a scenario that would explain what fails.
extension RateLimitJudge {
    /// What to declare where the limiter is right and the scenario isn't; nil where no key would explain it, or where the
    /// finding has named it.
    func explainingKey(_ check: String) -> String? {
        let approximate =
            rule.enforcement == .exact
            ? "Declare `enforcement: approximate` if counts are shared with a delay."
            : "`tolerance` says how far counts may be off."
        switch check {
        case "limit": return "The key is `limit`; \(lowered(approximate))"
        case "window": return "The key is `limit`, which has the window: \(rule.limit)/10s."
        case "burst":
            return rule.burst == nil && atRest.map { $0 != rule.capacity } ?? false
                ? "Declare `burst: \(atRest ?? rule.capacity)` if a bucket of that size is meant."
                : "The key is `burst`."
        case "model":
            return basis.models.isEmpty
                ? "`resolution: 1s` grants a clock of whole seconds, `prolongs: true` rejected requests that count. "
                    + approximate : "The key is `model`."
        case "over_admission", "race_cold", "race_primed": return approximate
        case "under_admission":
            return basis.kind == .rejectionsCount
                ? "Rejected requests count here: declare `prolongs: true` if that is meant."
                : "`limit` may be lower; `resolution: 1s` grants a clock of whole seconds, `prolongs: true` rejected requests "
                    + "that count."
        case "isolation":
            return rule.identityHeader.map {
                "If the limiter tells clients apart by something other than \($0), declare it as `identity`, or `sources` where "
                    + "it is the address."
            } ?? "If the limiter tells clients apart by a header field, declare it as `identity`."
        case "spoofing": return "Leave a field out of `spoof` that only your own proxy can set."
        case "recovery":
            return rule.prolongs
                ? "`resolution` says how coarse the limiter's clock is."
                : "Declare `prolongs: true` if rejected requests count: then no request is sent before the promised instant."
        case "retry_after", "ratelimit_fields":
            return rule.fields.isEmpty ? nil : "`fields` names the families of fields that are demanded."
        case "methods": return "Leave a method out of `methods` that isn't meant to be limited."
        case "status":
            return reader.undeclared == nil
                ? rejections.first { $0.observed.status != rule.status }.map {
                    "Declare `status: \($0.observed.status)` if it is meant."
                }
                : nil
        // prolongation has named it; of the others no key would make it right.
        default: return nil
        }
    }

    private func lowered(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}

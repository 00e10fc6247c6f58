internal import Measures
internal import Scenarios
import VerificationKit

/// The keys of a scenario that have to do with what fails, where no values were found with which it wouldn't.
extension RateLimitJudge {
    /// What to declare where the limiter is right and the scenario isn't; nil where no key would explain it, or where the
    /// finding has named it.
    func explainingKey(_ check: String) -> String? {
        switch check {
        case "limit", "over_admission", "under_admission":
            return "No other value of `limit`, `burst`, `model` or `prolongs` that was tried explains all of it."
        case "window": return "The key is `limit`, which has the window: \(rule.limit)/\(shownLength)."
        case "burst": return "The key is `burst`, \(rule.capacity) here\(rule.burst == nil ? " as `limit`" : "")."
        case "model":
            return basis.models.isEmpty
                ? "No other value of `model`, `limit`, `burst`, `prolongs` or `resolution` that was tried explains all of it."
                : "The key is `model`."
        case "race_cold", "race_primed":
            return rule.enforcement == .exact
                ? "Declare `enforcement: approximate` if counts are shared with a delay."
                : "`tolerance: \(Figure.short(rule.allowance * 100, decimals: 1))%` says how far counts may be off."
        case "isolation":
            return rule.identityHeader.map {
                "If the limiter tells clients apart by something other than \($0), declare it as `identity`, or `sources` where "
                    + "it is the address; a limit over all clients as `limits: [\(rule.quota.shown), {limit: …, per: all}]`."
            } ?? "If the limiter tells clients apart by a header field, declare it as `identity`."
        case "spoofing": return "Leave a field out of `spoof` that only your own proxy can set."
        case "recovery":
            return rule.prolongs
                ? "`resolution` says how coarse the limiter's clock is."
                : "Declare `prolongs: true` if rejected requests count: then no request is sent before the promised instant."
        case "retry_after", "ratelimit_fields":
            return rule.fields.isEmpty
                ? nil
                : "`fields: [\(rule.fields.map(\.rawValue).joined(separator: ", "))]` names the families of fields that are "
                    + "demanded."
        case "methods": return "Leave a method out of `methods` that isn't meant to be limited."
        // status and prolongation have named it; of the others no key would make it right.
        default: return nil
        }
    }

    /// The window as a scenario has it.
    private var shownLength: String { "\(Figure.short(parameters.window, decimals: 3))s" }
}

import Measures
import Scenarios
import VerificationKit

/// Whether an answer says that a cache gave it.
enum CacheEvidence {
    /// The field that says so, e.g. `CF-Cache-Status: HIT`; nil: none does.
    static func hit(_ answer: ObservedExchange) -> String? {
        // RFC 9211: the last member is the cache nearest to the user, but any of them may have kept the fields.
        let members = FieldText.members(answer.values("Cache-Status"))
        if let member = members.last(where: { isHit($0) }) { return "Cache-Status: \(FieldText.shown(member))" }
        for value in answer.values("CF-Cache-Status") {
            if ["HIT", "STALE", "UPDATING", "REVALIDATED"].contains(FieldText.trimmed(value).uppercased()) {
                return "CF-Cache-Status: \(FieldText.shown(value))"
            }
        }
        for name in ["X-Cache", "X-Cache-Status", "X-Proxy-Cache"] {
            for value in answer.values(name) where words(value).contains("hit") {
                return "\(name): \(FieldText.shown(value))"
            }
        }
        let status = CacheStatus(answer.fields, by: .auto)
        if status.kind == .hit || status.kind == .revalidated, let field = status.field {
            return "\(field): \(FieldText.shown(status.words))"
        }
        // Only caches send it (RFC 9111 §5.1).
        if let age = answer.values("Age").first.flatMap(UInt64.init), age > 0 { return "Age: \(age)" }
        return nil
    }

    private static func isHit(_ member: String) -> Bool {
        member.split(separator: ";").dropFirst().contains { part in
            let parameter = FieldText.trimmed(part).lowercased()
            return parameter == "hit" || parameter == "hit=?1"
        }
    }

    private static func words(_ value: String) -> [Substring] {
        value.lowercased().split { !$0.isLetter && !$0.isNumber }
    }
}

import Foundation
import Measures
import Scenarios

/// What was seen of one secret; its value is not kept.
struct SecretObservation: Sendable {
    var name: String
    /// What the manager said.
    var result: Result<SecretFacts, AWSFailure>
    /// When it is to be deleted, where it is scheduled for that.
    var deletion: Date?
    /// Whether the manager renews it by itself; nil: not asked, or not told.
    var rotates: Bool?
    /// When it was asked for, from the beginning of the verification, and when all was known.
    var sent = Span.zero
    var received = Span.zero

    /// What it holds, where it could be read.
    var facts: SecretFacts? { try? result.get() }

    /// Why it couldn't be read.
    var failure: AWSFailure? { if case .failure(let failure) = result { failure } else { nil } }
}

/// What is told of a secret's value without it.
struct SecretFacts: Sendable, Equatable {
    /// What a member that is asked for came to.
    enum Member: Sendable, Equatable {
        case there, missing, empty
    }

    /// Members of its JSON; nil: it is none.
    var memberCount: Int?
    /// Whether there is nothing but blanks in it, or a JSON object without members.
    var isEmpty: Bool
    /// Where a placeholder stands: names of members, an empty name for the secret itself.
    var placeholders: [String]
    /// The members that are asked for.
    var members: [String: Member]
    /// When the current version was made.
    var created: Date?

    /// Looks at a value. `asked`: members that must be there. A value that is no text is bytes, which are not looked into.
    init(_ secret: SecretsManagerClient.Secret, asked: [String]) {
        created = secret.created
        guard let text = secret.text else {
            memberCount = nil
            isEmpty = false
            placeholders = []
            members = Dictionary(asked.map { ($0, .missing) }) { first, _ in first }
            return
        }
        let names = SecretMember.names(in: text)
        memberCount = names?.count
        isEmpty = Self.isBlank(text) || names?.isEmpty == true || ["\"\"", "null", "[]"].contains(Self.trimmed(text))
        members = Dictionary(asked.map { ($0, Self.member($0, text)) }) { first, _ in first }
        guard let names else {
            placeholders = Placeholder.isOne(text, ofSecret: true) ? [""] : []
            return
        }
        var seen: Set<String> = []
        placeholders = names.filter { name in
            guard seen.insert(name).inserted, let value = try? SecretMember.value(of: name, in: text) else {
                return false
            }
            return Placeholder.isOne(value, ofSecret: asked.contains(name) || CredentialName.isOne(name))
        }
    }

    private static func member(_ name: String, _ text: String) -> Member {
        do throws(SecretMember.Problem) {
            return isBlank(try SecretMember.value(of: name, in: text)) ? .empty : .there
        } catch {
            return error == .null ? .empty : .missing
        }
    }

    private static func isBlank(_ text: String) -> Bool { trimmed(text).isEmpty }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}

import Credentials
import Foundation

/// Texts that stand where a secret should.
enum Placeholder {
    /// Never a value of anything, letters and digits only.
    private static let always = Set(PlaceholderWords.common).union([
        "changethis", "replaceme", "replacethis", "tbd", "insertyourkeyhere", "yourkeyhere", "yourpasswordhere",
        "yoursecrethere", "yourtokenhere", "notset",
    ])
    /// No secrets, though they may be a host or a user.
    private static let ofSecrets: Set<String> = [
        "password", "secret", "token", "key", "apikey", "test", "example", "sample", "default", "admin", "root", "foo",
        "bar", "foobar", "none", "null", "nil", "empty", "xxx", "abc", "abc123", "123456", "12345678", "password1",
        "password123", "hunter2", "letmein", "qwerty",
    ]

    /// True for a placeholder. `ofSecret`: the value must be a secret, so that a common word is none.
    static func isOne(_ value: String, ofSecret: Bool) -> Bool {
        let text = value.trimmingCharacters(in: .whitespacesAndNewlines)
        // Longer texts are not read through: no placeholder is that long.
        guard !text.isEmpty, text.utf8.count <= 128 else { return false }
        let letters = text.lowercased().filter { $0.isLetter || $0.isNumber }
        if always.contains(letters) || (ofSecret && ofSecrets.contains(letters)) { return true }
        // <password>, ${PASSWORD}, {{ password }}, %PASSWORD%: what a template left behind.
        let brackets = [("<", ">"), ("${", "}"), ("{{", "}}"), ("%", "%")]
        if text.utf8.count > 2, brackets.contains(where: { text.hasPrefix($0.0) && text.hasSuffix($0.1) }) {
            return true
        }
        if letters.hasPrefix("your"), letters.hasSuffix("here") { return true }
        // xxxxxxxx, ********
        return ofSecret && text.count >= 3 && Set(text).count == 1
    }
}

/// Names that speak of credentials.
enum CredentialName {
    /// True for the name of a variable, file or member that holds a credential, by what it is called.
    static func isOne(_ name: String) -> Bool {
        SensitiveName.isOne(name) || SensitiveName.words(of: name).contains("key")
    }
}

import Foundation

/// Base64 (RFC 4648 §4).
enum Base64 {
    /// The text that was encoded, where it is UTF-8.
    static func decoded(_ text: String) -> String? {
        Data(base64Encoded: text).flatMap { String(data: $0, encoding: .utf8) }
    }

    /// The encoded text.
    static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

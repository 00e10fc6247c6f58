import Foundation

/// A way to write a secret that a server, a format or a person may choose. None of it is made by what it tests.
public struct SecretCoding: CustomStringConvertible, Sendable {
    /// What it is called.
    public let description: String
    /// The text in this coding.
    public let encode: @Sendable (String) -> String
    /// Whether bytes don't stay apart in it: what stands before a text changes how it is written.
    public var isOpaque: Bool { description.hasPrefix("base64") || description.hasPrefix("hexa") }

    init(_ name: String, _ encode: @escaping @Sendable (String) -> String) {
        description = name
        self.encode = encode
    }

    private static func hex(_ byte: UInt8, _ format: String) -> String { String(format: format, byte) }

    private static func bytewise(_ text: String, _ coded: (UInt8) -> String?) -> String {
        text.utf8.reduce(into: "") { result, byte in
            result += coded(byte) ?? (byte < 128 ? String(Unicode.Scalar(byte)) : hex(byte, "%%%02X"))
        }
    }

    private static func json(_ text: String) -> String {
        let data = (try? JSONSerialization.data(withJSONObject: [text])) ?? Data()
        return String(String(decoding: data, as: UTF8.self).dropFirst(2).dropLast(2))
    }

    private static func html(_ text: String, _ coded: (Unicode.Scalar) -> String) -> String {
        text.unicodeScalars.reduce(into: "") { $0 += coded($1) }
    }

    /// All that a redaction has to see through.
    public static let all: [SecretCoding] = [
        SecretCoding("as it is") { $0 },
        SecretCoding("JSON, with slashes escaped") { json($0) },
        SecretCoding("JSON, all as \\u in lower case") { text in
            text.utf16.map { String(format: "\\u%04x", $0) }.joined()
        },
        SecretCoding("JSON, all as \\u in upper case") { text in
            text.utf16.map { String(format: "\\u%04X", $0) }.joined()
        },
        SecretCoding("JSON in JSON") { json(json($0)) },
        SecretCoding("percent, upper case") { bytewise($0) { hex($0, "%%%02X") } },
        SecretCoding("percent, lower case, only what must") { text in
            bytewise(text) { byte in
                let isPlain = byte < 128 && (Character(Unicode.Scalar(byte)).isLetter || 48...57 ~= byte)
                return isPlain ? nil : hex(byte, "%%%02x")
            }
        },
        SecretCoding("form") { text in
            bytewise(text) { byte in
                let isPlain = byte < 128 && (Character(Unicode.Scalar(byte)).isLetter || 48...57 ~= byte)
                return byte == 32 ? "+" : isPlain ? nil : hex(byte, "%%%02X")
            }
        },
        SecretCoding("percent twice") { text in bytewise(text) { hex($0, "%%25%02X") } },
        SecretCoding("base64") { Data($0.utf8).base64EncodedString() },
        SecretCoding("base64 behind one byte") { Data("u\($0)".utf8).base64EncodedString() },
        SecretCoding("base64 behind two bytes, more after it") { Data("u:\($0):".utf8).base64EncodedString() },
        SecretCoding("base64 of URLs") { text in
            Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        },
        SecretCoding("base64 in a query") { text in
            Data(text.utf8).base64EncodedString().replacing("+", with: "%2B").replacing("/", with: "%2F")
        },
        SecretCoding("hexadecimal, lower case") { text in text.utf8.map { hex($0, "%02x") }.joined() },
        SecretCoding("hexadecimal, upper case") { text in text.utf8.map { hex($0, "%02X") }.joined() },
        SecretCoding("HTML by names") { text in
            text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
                .replacing("\"", with: "&quot;").replacing("'", with: "&apos;")
        },
        SecretCoding("HTML, decimal") { html($0) { "&#\($0.value);" } },
        SecretCoding("HTML, hexadecimal") { html($0) { "&#x\(String($0.value, radix: 16));" } },
        SecretCoding("upper case of ASCII") { text in
            String(text.map { $0.isASCII ? Character($0.uppercased()) : $0 })
        },
        SecretCoding("on one line") { $0.replacing("\n", with: " ") },
    ]
}

import COpenSSL
import NIOCore
import NIOHTTP1

/// Whether a request is signed by whoever has the key: AWS Signature Version 4, in the `Authorization` field
/// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
struct RequestSignature {
    /// A key.
    struct Key: Sendable {
        let id: String
        let secret: String
    }

    /// What is wrong with a request's signature.
    enum Problem: String, Error {
        case missing = "MissingAuthenticationTokenException"
        case incomplete = "IncompleteSignatureException"
        case unknownKey = "UnrecognizedClientException"
        case wrong = "InvalidSignatureException"
        case old = "SignatureDoesNotMatch"
    }

    /// How far the clocks of both sides may differ, in seconds.
    static let tolerance: Int64 = 300

    let key: Key

    /// Throws what is wrong. `now`: seconds since 1970.
    func check(_ request: Request, now: Int64) throws(Problem) {
        guard let field = request.headers.first(name: "Authorization") else { throw .missing }
        guard let date = request.headers.first(name: "X-Amz-Date"), let parts = Parts(field),
            let signed = Self.seconds(date)
        else { throw .incomplete }
        guard parts.keyID == key.id else { throw .unknownKey }
        guard abs(now - signed) <= Self.tolerance, date.hasPrefix(parts.scope[0]) else { throw .old }
        guard parts.headers.contains("host"), parts.headers.contains("x-amz-date") else { throw .incomplete }
        let canonical = Self.canonicalRequest(request, headers: parts.headers)
        let text = ["AWS4-HMAC-SHA256", date, parts.scope.joined(separator: "/"), Self.hex(Self.digest(canonical))]
            .joined(separator: "\n")
        var derived = Array("AWS4\(key.secret)".utf8)
        for word in parts.scope { derived = Self.code(derived, Array(word.utf8)) }
        let expected = Array(Self.hex(Self.code(derived, Array(text.utf8))).utf8)
        let given = Array(parts.signature.utf8)
        guard given.count == expected.count, CRYPTO_memcmp(given, expected, expected.count) == 0 else { throw .wrong }
    }

    /// The `Authorization` field taken apart.
    private struct Parts {
        var keyID = ""
        /// Date, region, service, `aws4_request`.
        var scope: [String] = []
        var headers: [String] = []
        var signature = ""

        init?(_ field: String) {
            guard let rest = field[...].dropPrefix("AWS4-HMAC-SHA256 ") else { return nil }
            for part in rest.split(separator: ",") {
                let pair = part.trimmed.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { return nil }
                switch pair[0] {
                case "Credential":
                    let words = pair[1].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
                    guard words.count == 5, words[4] == "aws4_request" else { return nil }
                    keyID = words[0]
                    scope = Array(words.dropFirst())
                case "SignedHeaders": headers = pair[1].split(separator: ";").map(String.init)
                case "Signature": signature = pair[1]
                default: return nil
                }
            }
            if scope.isEmpty || headers.isEmpty || signature.isEmpty { return nil }
        }
    }

    /// The path and query are signed as they are: the services that this speaks for are asked for `/` alone.
    private static func canonicalRequest(_ request: Request, headers: [String]) -> [UInt8] {
        let query = request.target.drop { $0 != "?" }.dropFirst()
        var lines = [request.method.rawValue, String(request.path), String(query)]
        for name in headers {
            let values = request.headers[name].map { value in
                value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
            }
            lines.append("\(name):\(values.joined(separator: ","))")
        }
        lines += ["", headers.joined(separator: ";"), hex(digest(Array(request.body.readableBytesView)))]
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// `20260131T120000Z` as seconds since 1970.
    private static func seconds(_ text: String) -> Int64? {
        let digits = text.utf8.filter { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.map { Int64($0 - 48) }
        guard text.utf8.count == 16, digits.count == 14, text.hasSuffix("Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 * 10 + $1 } }
        let (month, day) = (number(4..<6), number(6..<8))
        // Days since 1970 in the Gregorian calendar, the year beginning in March.
        let year = number(0..<4) - (month <= 2 ? 1 : 0)
        let era = year / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return days * 86_400 + number(8..<10) * 3_600 + number(10..<12) * 60 + number(12..<14)
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &result)
        return result
    }

    private static func code(_ key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = loadgate_hmac_sha256(key, Int32(key.count), bytes, bytes.count, &result)
        return result
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }
}

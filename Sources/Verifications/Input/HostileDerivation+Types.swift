import Scenarios
import VerificationKit

/// Hostile requests that come in another form: content types, encodings, sizes.
extension HostileDerivation {
    func otherEncodings() -> [HostileCase] {
        // RFC 8259 §8.1 asks for UTF-8 without a mark, and lets receivers ignore the mark.
        [
            whole(.otherEncodings, "a byte order mark before the body", .tolerated) { [0xEF, 0xBB, 0xBF] + $0.bytes },
            whole(.otherEncodings, "the body in UTF-16, little end first", .tolerated) { tree in
                String(decoding: tree.bytes, as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            },
            whole(.otherEncodings, "the body in UTF-16, big end first", .tolerated) { tree in
                String(decoding: tree.bytes, as: UTF8.self).utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            },
            whole(.otherEncodings, "the body in UTF-32, big end first", .tolerated) { tree in
                String(decoding: tree.bytes, as: UTF8.self).unicodeScalars.flatMap { scalar in
                    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
                }
            },
        ]
    }

    func wrongContentTypes() -> [HostileCase] {
        let types: [(String?, HostileCase.Acceptance)] = [
            ("text/plain", .refused), ("text/html", .refused), ("application/xml", .refused),
            ("application/x-www-form-urlencoded", .refused), ("multipart/form-data; boundary=loadgate", .refused),
            ("application/octet-stream", .refused), ("loadgate", .refused),
            // Receivers may look at what has no type (RFC 9110 §8.3), and JSON knows no parameters (RFC 8259 §11).
            (nil, .tolerated), ("application/json; charset=utf-16", .tolerated),
        ]
        var cases = types.map { type, acceptance in
            var hostile = whole(.wrongContentTypes, type.map { "Content-Type: \($0)" } ?? "no Content-Type", acceptance)
            {
                $0.bytes
            }
            hostile.fields = [.init(name: "Content-Type", value: type)]
            return hostile
        }
        let markup = "application/<script>loadgate(1)</script>"
        var hostile = whole(.wrongContentTypes, "Content-Type: \(markup), for a reader of HTML") { $0.bytes }
        hostile.fields = [.init(name: "Content-Type", value: markup), .init(name: "Accept", value: "text/html")]
        cases.append(hostile)
        return cases
    }

    func xmlBodies() -> [HostileCase] {
        let entity = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><a>&x;</a></r>"
        return [("application/xml", "XML that asks for a file"), ("text/xml", "XML that asks for a file")].map {
            type, change in
            var hostile = whole(.xmlBodies, "\(change), as \(type)") { _ in Array(entity.utf8) }
            hostile.fields = [.init(name: "Content-Type", value: type)]
            return hostile
        } + [whole(.xmlBodies, "XML that asks for a file, as JSON") { _ in Array(entity.utf8) }]
    }

    func largeBodies() -> [HostileCase] {
        let size = rule.size
        let shown = "\(Figure.grouped(UInt64(size))) bytes"
        let padded: @Sendable (JSONTree) -> [UInt8] = { tree in
            let bytes = tree.bytes
            return [UInt8](repeating: 32, count: max(0, size - bytes.count)) + bytes
        }
        var chunked = whole(
            .largeBodies, "the valid body behind blanks, \(shown) in chunks without a length", body: padded)
        chunked.isChunked = true
        return [
            whole(.largeBodies, "an array of ones, \(shown)") { _ in Self.ones(bytes: size) },
            whole(.largeBodies, "the valid body behind blanks, \(shown)", body: padded),
            chunked,
        ]
    }

    /// `[1,1,…]` of about so many bytes.
    private static func ones(bytes size: Int) -> [UInt8] {
        let block = Array(String(repeating: "1,", count: 4096).utf8)
        var bytes = [UInt8(ascii: "[")]
        bytes.reserveCapacity(size + block.count)
        while bytes.count + 2 < size { bytes += block.prefix((size - bytes.count - 1) / 2 * 2) }
        return bytes + Array("1]".utf8)
    }

    func chunkedBodies() -> [HostileCase] {
        // Every server of HTTP/1.1 takes chunks (RFC 9112 §7.1); it may ask for a length (411).
        var chunked = whole(.chunkedBodies, "the valid body in chunks, without a length", .free) { $0.bytes }
        chunked.isChunked = true
        return [chunked]
    }
}

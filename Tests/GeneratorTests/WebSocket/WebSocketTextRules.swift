@testable import Generator

/// Sections 6 and 7: UTF-8 and closing.
extension WebSocketRule {
    /// Well-formed byte sequences at the edges (Markus Kuhn's stress test, as the Autobahn test suite has them).
    private static let wellFormed: [[UInt8]] = [
        Array("κόσμε".utf8), Array("Hello-µ@ßöäüàá-UTF-8!!".utf8), [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF],
        [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xEF, 0xBF, 0xBD],
        [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xF4, 0x80, 0x80, 0x80],
    ]

    /// Ill-formed sequences; the last byte is the first that can't be, or the text ends too early.
    private static let illFormed: [(title: String, bytes: [UInt8])] = [
        ("a lone continuation byte", [0x80]), ("the last continuation byte alone", [0xBF]),
        ("overlong /, two bytes", [0xC0]), ("overlong DEL", [0xC1]), ("overlong /, three bytes", [0xE0, 0x80]),
        ("the longest overlong of three", [0xE0, 0x9F]), ("overlong /, four bytes", [0xF0, 0x80]),
        ("the longest overlong of four", [0xF0, 0x8F]), ("the first surrogate", [0xED, 0xA0]),
        ("the last surrogate", [0xED, 0xBF]), ("past U+10FFFF", [0xF4, 0x90]), ("five bytes", [0xF8]),
        ("six bytes", [0xFC]), ("never used", [0xFE]), ("never used either", [0xFF]),
        ("two bytes cut by ASCII", [0xC3, 0x41]), ("three bytes cut by ASCII", [0xE2, 0x82, 0x41]),
        ("four bytes cut by a lead", [0xF0, 0x9F, 0x98, 0xC3]), ("after text", Array("κόσμε".utf8) + [0xED, 0xA0]),
        ("after much ASCII", Array(repeating: 0x20, count: 37) + [0xFF]),
    ]

    static let wellFormedTexts: [WebSocketRule] =
        wellFormed.flatMap { bytes -> [WebSocketRule] in
            let text = String(decoding: bytes, as: UTF8.self)
            return [
                .events("6.2", "well-formed \(bytes)", ServerFrame.bytes(1, bytes), gives: [.text(text)]),
                .events(
                    "6.2", "byte for byte in fragments, \(bytes)", ServerFrame.bytes(1, final: false),
                    bytes.flatMap { ServerFrame.bytes(0, [$0], final: false) }, ServerFrame.bytes(0),
                    gives: [.text(text)]),
            ]
        }

    static let illFormedTexts: [WebSocketRule] =
        illFormed.flatMap { title, bytes in
            [
                .failure("6.3", title, ServerFrame.bytes(1, bytes), fails: .text, code: 1007),
                .failure(
                    "6.3", "\(title), in two fragments",
                    ServerFrame.bytes(1, Array(bytes.dropLast()), final: false),
                    ServerFrame.bytes(0, Array(bytes.suffix(1))),
                    fails: .text, code: 1007),
                // The frame goes on and is never finished: the failure must not wait for it.
                .failure("6.4", "\(title), at once", [0x81, 126, 0x40, 0x00], bytes, fails: .text, code: 1007),
                .failure(
                    "6.4", "\(title), at once in an open fragment", [0x01, 3, 0x61, 0x62, 0x63, 0x00, 100], bytes,
                    fails: .text,
                    code: 1007),
                .failure(
                    "7.5", "\(title), as a close reason", ServerFrame.bytes(8, [3, 232] + bytes), fails: .closeReason,
                    code: 1007),
                .events("6.5", "\(title), in a binary message", ServerFrame.bytes(2, bytes), gives: [.binary(bytes)]),
            ]
        }

    static let cutTexts: [WebSocketRule] =
        [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]].flatMap { (bytes: [UInt8]) in
            [
                .failure("6.6", "text ends within \(bytes)", ServerFrame.bytes(1, bytes), fails: .text, code: 1007),
                .failure(
                    "6.6", "fragments end within \(bytes)",
                    ServerFrame.bytes(1, bytes, final: false), ServerFrame.bytes(0),
                    fails: .text, code: 1007),
                .failure(
                    "7.5", "reason ends within \(bytes)", ServerFrame.bytes(8, [3, 232] + bytes), fails: .closeReason,
                    code: 1007),
            ]
        }

    static let closeCodes: [WebSocketRule] =
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map { code in
            .exchange("7.7", "close \(code)", ServerFrame.close(code), gives: [.closed(code, "")], sent: [.close(code)])
        }

    static let wrongCloseCodes: [WebSocketRule] =
        [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map { code in
            .failure("7.9", "close \(code)", ServerFrame.close(code), fails: .closeCode)
        }

    static let closing: [WebSocketRule] = [
        .exchange(
            "7.1", "nothing after close counts", ServerFrame.close(1000), ServerFrame.text("x"), [0xFF, 0xFF],
            gives: [.closed(1000, "")], sent: [.close(1000)]),
        .exchange(
            "7.1", "one answer to two closes", ServerFrame.close(1000), ServerFrame.close(1001),
            gives: [.closed(1000, "")], sent: [.close(1000)]),
        .exchange(
            "7.1", "message, then close", ServerFrame.text("x"), ServerFrame.close(1000),
            gives: [.text("x"), .closed(1000, "")],
            sent: [.close(1000)]),
        .exchange("7.3", "close without code", ServerFrame.bytes(8), gives: [.closed(nil, "")], sent: [.close(nil)]),
        .failure("7.3", "close with one byte", ServerFrame.bytes(8, [3]), fails: .closePayload),
        .exchange(
            "7.3", "close with a reason", ServerFrame.close(1000, "Hello World!"),
            gives: [.closed(1000, "Hello World!")],
            sent: [.close(1000)]),
        .exchange(
            "7.3", "close with 123 bytes of reason", ServerFrame.close(1000, String(repeating: "r", count: 123)),
            gives: [.closed(1000, String(repeating: "r", count: 123))], sent: [.close(1000)]),
        .failure(
            "7.3", "close with 124 bytes of reason", ServerFrame.close(1000, String(repeating: "r", count: 124)),
            fails: .controlTooLarge),
        .failure(
            "7.1", "nothing after a failure counts", [0xF1], ServerFrame.text("x"), ServerFrame.close(1000),
            fails: .reservedBits),
    ]
}

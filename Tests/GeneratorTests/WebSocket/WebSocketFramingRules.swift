@testable import Generator

/// Sections 1 to 5: framing, pings and pongs, reserved bits, opcodes, fragmentation.
extension WebSocketRule {
    private static func stars(_ count: Int) -> String { String(repeating: "*", count: count) }
    private static func ones(_ count: Int) -> [UInt8] { Array(repeating: 0xFE, count: count) }

    static let lengths: [WebSocketRule] =
        [0, 1, 125, 126, 127, 128, 65535, 65536].flatMap { size in
            [
                .events("1.1", "text of \(size) bytes", ServerFrame.text(stars(size)), gives: [.text(stars(size))]),
                .events(
                    "1.2", "binary of \(size) bytes", ServerFrame.bytes(2, ones(size)), gives: [.binary(ones(size))]),
            ]
        }

    static let wrongLengths: [WebSocketRule] = [
        .failure("1.3", "a masked frame", ServerFrame.bytes(1, [65], masked: true), fails: .masked),
        .failure("1.3", "125 bytes with a 16-bit length", [0x82, 126, 0, 125], fails: .length),
        .failure(
            "1.3", "65,535 bytes with a 64-bit length", [0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], fails: .length),
        .failure("1.3", "a length of 64 bits", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], fails: .length),
        .failure(
            "1.3", "the largest length", [0x82, 127, 0x7F, 255, 255, 255, 255, 255, 255, 255], fails: .messageTooLarge,
            code: 1009),
    ]

    static let pings: [WebSocketRule] =
        ["", "Hello, world!", stars(125)].map { payload in
            .exchange(
                "2.1", "ping of \(payload.utf8.count) bytes", ServerFrame.ping(payload), gives: [.ping(payload)],
                sent: [.pong(payload)])
        }

    static let otherPings: [WebSocketRule] = [
        .exchange(
            "2.4", "ping of any bytes", ServerFrame.bytes(9, [0, 0xFF, 0xFE]), gives: [.ping("\0\u{FFFD}\u{FFFD}")],
            sent: [ClientFrame(opcode: 10, payload: [0, 0xFF, 0xFE])]),
        .failure("2.5", "ping of 126 bytes", ServerFrame.bytes(9, ones(126)), fails: .controlTooLarge),
        .failure("2.5", "pong of 65,536 bytes", ServerFrame.bytes(10, ones(65536)), fails: .controlTooLarge),
        .events("2.7", "unsolicited pong", ServerFrame.pong(""), gives: [.pong("")]),
        .exchange(
            "2.9", "pong, then ping", ServerFrame.pong("a"), ServerFrame.ping("b"), gives: [.pong("a"), .ping("b")],
            sent: [.pong("b")]),
        .exchange(
            "2.10", "ten pings", (0..<10).flatMap { ServerFrame.ping("\($0)") }, gives: (0..<10).map { .ping("\($0)") },
            sent: (0..<10).map { .pong("\($0)") }),
    ]

    static let reservedBits: [WebSocketRule] =
        (1...7).flatMap { bits in
            [UInt8(0), 1, 2, 8, 9, 10].map { opcode in
                .failure(
                    "3.\(bits)", "reserved bits \(bits) with opcode \(opcode)",
                    ServerFrame.bytes(opcode, reserved: UInt8(bits)), fails: .reservedBits)
            }
        }

    static let opcodes: [WebSocketRule] =
        [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap { opcode in
            [
                .failure("4.1", "opcode \(opcode)", ServerFrame.bytes(opcode), fails: .reservedOpcode),
                .failure(
                    "4.2", "opcode \(opcode) after a message", ServerFrame.text("x"), ServerFrame.bytes(opcode, [1]),
                    after: [.text("x")], fails: .reservedOpcode),
            ]
        }

    private static let fiveFragments: [UInt8] = [
        ServerFrame.text("f1", final: false), ServerFrame.more("f2", final: false), ServerFrame.ping("p"),
        ServerFrame.more("f3", final: false), ServerFrame.pong("q"), ServerFrame.more("f4", final: false),
        ServerFrame.more("f5"),
    ].flatMap { $0 }

    static let fragmentation: [WebSocketRule] =
        [
            .failure("5.1", "ping in two fragments", ServerFrame.bytes(9, final: false), fails: .fragmentedControl),
            .failure("5.2", "pong in two fragments", ServerFrame.bytes(10, final: false), fails: .fragmentedControl),
            .failure("5.2", "close in two fragments", ServerFrame.bytes(8, final: false), fails: .fragmentedControl),
            .events(
                "5.3", "text in two fragments", ServerFrame.text("frag", final: false), ServerFrame.more("ment"),
                gives: [.text("fragment")]),
            .events(
                "5.3", "empty fragments around",
                ServerFrame.text("", final: false), ServerFrame.more("x", final: false), ServerFrame.more(""),
                gives: [.text("x")]),
            .events(
                "5.3", "nothing in three fragments",
                ServerFrame.bytes(2, final: false), ServerFrame.more("", final: false), ServerFrame.more(""),
                gives: [.binary([])]),
            .exchange(
                "5.6", "ping between fragments",
                ServerFrame.text("frag", final: false), ServerFrame.ping("!"), ServerFrame.more("ment"),
                gives: [.ping("!"), .text("fragment")], sent: [.pong("!")]),
            .failure("5.9", "continuation first", ServerFrame.more("x"), fails: .unexpectedContinuation),
            .failure(
                "5.12", "continuation after a message", ServerFrame.text("a"), ServerFrame.more("x", final: false),
                after: [.text("a")], fails: .unexpectedContinuation),
            .failure(
                "5.15", "continuation after a fragmented message",
                ServerFrame.text("a", final: false), ServerFrame.more("b"), ServerFrame.more("c"),
                after: [.text("ab")], fails: .unexpectedContinuation),
            .failure(
                "5.18", "text within a text", ServerFrame.text("a", final: false), ServerFrame.text("b"),
                fails: .unfinishedMessage),
            .failure(
                "5.18", "binary within a text", ServerFrame.text("a", final: false), ServerFrame.bytes(2),
                fails: .unfinishedMessage),
            .exchange(
                "5.19", "five fragments, pings and a pong between, twice",
                fiveFragments, fiveFragments,
                gives: [.ping("p"), .pong("q"), .text("f1f2f3f4f5"), .ping("p"), .pong("q"), .text("f1f2f3f4f5")],
                sent: [.pong("p"), .pong("p")]),
            .exchange(
                "5.20", "close between fragments",
                ServerFrame.text("a", final: false), ServerFrame.close(1001, "bye"), ServerFrame.more("b"),
                gives: [.closed(1001, "bye")], sent: [.close(1001)]),
        ]
}

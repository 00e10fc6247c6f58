@testable import Generator

/// Sections 9, 10, 12 and 13: bounds, large messages, compression.
extension WebSocketRule {
    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    static let limits: [WebSocketRule] = [
        .events(
            "9.1", "a message at its bound", ServerFrame.bytes(2, zeros(1000)), gives: [.binary(zeros(1000))],
            messageBound: 1000),
        .failure(
            "9.1", "a message past its bound, from its head on", [0x82, 126, 0x03, 0xE9], fails: .messageTooLarge,
            code: 1009,
            messageBound: 1000),
        .events(
            "9.3", "fragments up to the bound",
            ServerFrame.bytes(2, zeros(600), final: false), ServerFrame.bytes(0, zeros(400)),
            gives: [.binary(zeros(1000))],
            messageBound: 1000),
        .failure(
            "9.3", "fragments past the bound",
            ServerFrame.bytes(2, zeros(600), final: false), [0x80, 126, 0x01, 0x91], fails: .messageTooLarge,
            code: 1009,
            messageBound: 1000),
        .failure("9.4", "no bytes are allowed", [0x82, 1], fails: .messageTooLarge, code: 1009, messageBound: 0),
        .events(
            "10.1", "a message in 50 fragments",
            ServerFrame.bytes(2, zeros(20), final: false),
            (0..<49).flatMap { ServerFrame.bytes(0, zeros(20), final: $0 == 48) },
            gives: [.binary(zeros(1000))]),
    ]

    private static let takeover = DeflateParameters()
    private static let noTakeover: DeflateParameters = {
        var parameters = DeflateParameters()
        parameters.serverNoContextTakeover = true
        return parameters
    }()

    /// RFC 7692 §7.2.3 has the bytes of all messages that say Hello.
    private static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    private static let manyFinalBlocks: [UInt8] = (0..<1000).flatMap { _ in [0x03, 0x00] } + [0x00]

    static let compression: [WebSocketRule] =
        [takeover, noTakeover].flatMap { deflate -> [WebSocketRule] in
            [
                .events("12.1", "one block", ServerFrame.deflated(hello), gives: [.text("Hello")], deflate: deflate),
                .events(
                    "12.1", "two fragments", [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00],
                    gives: [.text("Hello")], deflate: deflate),
                .events(
                    "12.1", "a block without compression",
                    ServerFrame.deflated([0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]),
                    gives: [.text("Hello")],
                    deflate: deflate),
                .events(
                    "12.1", "a final block", ServerFrame.deflated([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]),
                    gives: [.text("Hello")], deflate: deflate),
                .events(
                    "12.1", "two blocks",
                    ServerFrame.deflated([0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]
                    ),
                    gives: [.text("Hello")], deflate: deflate),
                .events(
                    "12.1", "the same message twice", ServerFrame.deflated(hello), ServerFrame.deflated(hello),
                    gives: [.text("Hello"), .text("Hello")], deflate: deflate),
                .events("12.2", "an empty message", ServerFrame.deflated([0x00]), gives: [.text("")], deflate: deflate),
                .events(
                    "12.3", "a message that is not compressed between",
                    ServerFrame.deflated(hello), ServerFrame.text("plain"), ServerFrame.deflated(hello, opcode: 2),
                    gives: [.text("Hello"), .text("plain"), .binary(Array("Hello".utf8))], deflate: deflate),
                .failure(
                    "12.4", "no bytes of deflate", ServerFrame.deflated([]), fails: .compression, code: 1007,
                    deflate: deflate),
                .failure(
                    "12.4", "a block type that is none", ServerFrame.deflated([0x07]), fails: .compression, code: 1007,
                    deflate: deflate),
                .failure(
                    "12.4", "a block that is cut off", ServerFrame.deflated(Array(hello.prefix(4))),
                    fails: .compression,
                    code: 1007,
                    deflate: deflate),
                .failure(
                    "12.4", "a distance before the beginning", ServerFrame.deflated([0xF2, 0x00, 0x11, 0x00, 0x00]),
                    fails: .compression,
                    code: 1007, deflate: deflate),
                .failure(
                    "12.4", "a thousand final blocks",
                    ServerFrame.deflated(manyFinalBlocks), fails: .compression,
                    code: 1007,
                    deflate: deflate),
                // A stored block of 0xED 0xA0: compressed text is checked too.
                .failure(
                    "12.5", "text that is not UTF-8",
                    ServerFrame.deflated([0x00, 0x02, 0x00, 0xFD, 0xFF, 0xED, 0xA0, 0x00]), fails: .text, code: 1007,
                    deflate: deflate),
                .failure(
                    "12.6", "RSV1 on a continuation",
                    ServerFrame.deflated(Array(hello.prefix(3)), final: false),
                    ServerFrame.deflated(Array(hello.dropFirst(3)), opcode: 0),
                    fails: .reservedBits, deflate: deflate),
                .failure(
                    "12.6", "RSV1 on a ping", ServerFrame.deflated([], opcode: 9), fails: .reservedBits,
                    deflate: deflate),
                .failure(
                    "12.6", "RSV2 on a compressed message", ServerFrame.bytes(1, hello, reserved: 6),
                    fails: .reservedBits,
                    deflate: deflate),
                .failure(
                    "12.7", "a message that inflates past the bound", ServerFrame.deflated(hello),
                    fails: .messageTooLarge,
                    code: 1009,
                    deflate: deflate, messageBound: 4),
                .events(
                    "12.7", "a message that inflates up to the bound", ServerFrame.deflated(hello),
                    gives: [.text("Hello")],
                    deflate: deflate, messageBound: 5),
            ]
        }

    static let contextTakeover: [WebSocketRule] = [
        .events(
            "13.1", "a message that looks back to the one before",
            ServerFrame.deflated(hello), ServerFrame.deflated([0xF2, 0x00, 0x11, 0x00, 0x00]),
            gives: [.text("Hello"), .text("Hello")], deflate: takeover),
        .events(
            "13.1", "a look back across a final block",
            ServerFrame.deflated([0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]),
            ServerFrame.deflated([0xF2, 0x00, 0x11, 0x00, 0x00]), gives: [.text("Hello"), .text("Hello")],
            deflate: takeover),
        .failure(
            "13.2", "a look back that was forsworn",
            ServerFrame.deflated(hello), ServerFrame.deflated([0xF2, 0x00, 0x11, 0x00, 0x00]),
            after: [.text("Hello")],
            fails: .compression, code: 1007, deflate: noTakeover),
    ]
}

import Generator
import Measures

/// Compressed messages, through a session: the payload is mutated, the frames around it are right.
struct InflateTarget: FuzzTarget {
    let name = "compressed messages"

    private static let messageBound = 16 * 1024
    private var workspace = WebSocketWorkspace()

    let corpus: [[UInt8]] = {
        var random = SeededRandom(seed: 1)
        let noise = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let texts: [[UInt8]] = [
            [], Array("Hello".utf8), noise, Array(repeating: 0x2A, count: 5000), Array(repeating: 0, count: 20_000),
            (0..<100).flatMap { Array("{\"id\":\($0 % 30),\"name\":\"Grün\"}".utf8) },
        ]
        var corpus: [[UInt8]] = [[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], [0x03, 0x00, 0x03, 0x00, 0x00]]
        for windowBits: UInt8 in [8, 9, 15] {
            let deflater = Deflater(windowBits: windowBits)
            defer { deflater.release() }
            for text in texts {
                var payload = ByteStore()
                text.withUnsafeBufferPointer { deflater.deflate($0, to: &payload) }
                corpus.append(Array(payload.bytes))
                payload.release()
            }
        }
        return corpus
    }()

    let words: [[UInt8]] = [
        [0x00], [0x03, 0x00], [0x02, 0x00], [0x00, 0x00, 0xFF, 0xFF], [0x00, 0x00, 0x00, 0xFF, 0xFF],
        [0x01, 0x00, 0x00, 0xFF, 0xFF], [0x07], [0xF2, 0x00, 0x11, 0x00, 0x00],
        [0x00, 0x05, 0x00, 0xFA, 0xFF, 1, 2, 3, 4, 5],
    ]

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let kind: UInt8 = random.below(2) == 0 ? 1 : 2
        // State of its own costs more to make than the rest of the round.
        let takeover = random.below(32) == 0
        let frame = Self.frame(kind | 0xC0, input[...])
        let whole = try read(frame, sizes: [frame.count], takeover: takeover)
        var fragments: [UInt8] = []
        var start = 0
        let parts = input.randomPieces(&random)
        for (index, size) in parts.enumerated() {
            let first: UInt8 = (index == 0 ? kind | 0x40 : 0) | (index == parts.count - 1 ? 0x80 : 0)
            fragments += Self.frame(first, input[start..<(start + size)])
            start += size
        }
        let split =
            parts.isEmpty ? whole : try read(fragments, sizes: fragments.randomPieces(&random), takeover: takeover)
        try BrokenRule.unless(whole == split, "the message depends on fragments and pieces")
        // However the message ended, the state that is shared serves the next.
        let hello = try read([0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], sizes: [9], takeover: false)
        var expected = Trace()
        expected.note(1)
        Array("Hello".utf8).withUnsafeBufferPointer { expected.note($0) }
        try BrokenRule.unless(hello == expected, "the next message is not what it was")
        return !whole.failed
    }

    mutating func release() { workspace.release() }

    private static func frame(_ first: UInt8, _ payload: ArraySlice<UInt8>) -> [UInt8] {
        let count = payload.count
        return (count <= 125 ? [first, UInt8(count)] : [first, 126, UInt8(count >> 8), UInt8(count & 0xFF)]) + payload
    }

    private mutating func read(_ bytes: [UInt8], sizes: [Int], takeover: Bool) throws(BrokenRule) -> Trace {
        var parameters = DeflateParameters()
        parameters.serverNoContextTakeover = !takeover
        var settings = WebSocketSession.Settings()
        settings.messageBound = Self.messageBound
        var session = WebSocketSession(deflate: parameters, settings: settings)
        var output = ByteStore()
        defer {
            session.release()
            output.release()
        }
        var trace = Trace()
        try bytes.inPieces(of: sizes) { (piece) throws(BrokenRule) in
            var rest = piece
            while let event = session.receive(&rest, workspace: &workspace, output: &output) {
                switch event {
                case .message(let kind, let payload):
                    try BrokenRule.unless(payload.count <= Self.messageBound, "a message of \(payload.count) bytes")
                    trace.note(Int(kind.rawValue))
                    trace.note(payload)
                case .failed(let failure):
                    trace.failed = true
                    trace.note(Int(failure.rawValue))
                case .ping, .pong, .closed: throw BrokenRule(what: "an event that nobody sent")
                }
            }
        }
        return trace
    }
}

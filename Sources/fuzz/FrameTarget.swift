import Generator
import Measures

/// The reader of WebSocket frames.
struct FrameTarget: FuzzTarget {
    let name = "WebSocket frames"

    private static let messageBound = 1500

    let corpus: [[UInt8]] = {
        let text = Array("Grüße, 世界 😀!".utf8)
        let long = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        return [
            [0x81, 0x05] + Array("Hello".utf8), [0x81, UInt8(text.count)] + text, [0x82, 0x00],
            [0x82, 126, 0x01, 0x2C] + long,
            [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], [0x89, 0x00, 0x8A, 0x01, 0x41],
            [0x01, 0x01, 0xE2, 0x89, 0x02, 0x70, 0x70, 0x00, 0x01, 0x82, 0x80, 0x01, 0xAC],
            [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0] + long, [0x88, 0x00], [0x88, 0x02, 0x03, 0xE8],
            [0x88, UInt8(2 + text.count), 0x03, 0xE9] + text,
            [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00],
            [0x8A, 125] + Array(long[..<125]) + [0x81, 0x01, 0x41],
        ]
    }()

    let words: [[UInt8]] = [
        [0x81], [0x01], [0x00], [0x80], [0x82], [0x88], [0x89], [0x8A], [126], [127], [126, 0, 125], [126, 0, 126],
        [127, 0, 0, 0, 0, 0, 0, 255, 255], [127, 255, 255, 255, 255, 255, 255, 255, 255], [126, 0x05, 0xDC], [0xC3],
        [0xA9],
        [0xED, 0xA0, 0x80], [0xF4, 0x90], [0x88, 0x02, 0x03, 0xED], [0x89, 0x01, 0x41],
    ]

    func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let allowsCompression = random.below(2) == 0
        let whole = try read(input, sizes: [input.count], allowsCompression: allowsCompression)
        let pieces = input.randomPieces(&random)
        let split = try read(input, sizes: pieces, allowsCompression: allowsCompression)
        try BrokenRule.unless(whole == split, "what is read depends on the pieces \(pieces)")
        return !whole.failed
    }

    private func read(_ input: [UInt8], sizes: [Int], allowsCompression: Bool) throws(BrokenRule) -> Trace {
        var reader = WebSocketFrameReader(messageBound: Self.messageBound, allowsCompression: allowsCompression)
        defer { reader.release() }
        var trace = Trace()
        // What is held of a compressed message may be a quarter and 1 KiB more; a control frame comes on top.
        let heldBound = Self.messageBound * 5 / 4 + 1024 + 125
        try input.inPieces(of: sizes) { (piece) throws(BrokenRule) in
            guard !trace.failed else { return }
            var rest = piece
            do throws(WebSocketFailure) {
                var before = rest.count
                while let event = try reader.next(&rest) {
                    Self.note(event, in: &trace)
                    precondition(rest.count < before, "an event took no bytes")
                    before = rest.count
                }
            } catch {
                trace.failed = true
                trace.note(Int(error.rawValue))
            }
            try BrokenRule.unless(trace.failed || rest.isEmpty, "\(rest.count) bytes were not taken")
            try BrokenRule.unless(reader.heldBytes <= heldBound, "\(reader.heldBytes) bytes are held")
        }
        return trace
    }

    private static func note(_ event: WebSocketFrameReader.Event, in trace: inout Trace) {
        switch event {
        case .message(let kind, let payload, let compressed):
            trace.note(Int(kind.rawValue) + (compressed ? 16 : 0))
            trace.note(payload)
            // Whoever is told that it is text may rely on it.
            precondition(
                kind == .binary || compressed || String(validating: payload, as: UTF8.self) != nil, "text is not UTF-8")
        case .ping(let payload):
            trace.note(9)
            trace.note(payload)
        case .pong(let payload):
            trace.note(10)
            trace.note(payload)
        case .close(let code, let reason):
            trace.note(8)
            trace.note(code.map(Int.init) ?? -1)
            trace.note(reason)
        }
    }
}

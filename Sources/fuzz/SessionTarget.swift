import Generator
import Measures

/// A WebSocket session whose peer takes nothing: pings, closes and fragments, and what is owed for them.
struct SessionTarget: FuzzTarget {
    let name = "WebSocket sessions"

    private static let messageBound = 1500

    let corpus: [[UInt8]] = {
        let ping: [UInt8] = [0x89, 125] + Array(repeating: 7, count: 125)
        let pings = Array(repeatElement(ping, count: 30).joined())
        return FrameTarget().corpus + [
            pings, pings + [0x88, 0x02, 0x03, 0xE8] + ping, [0x01, 0x00] + ping + [0x00, 0x00] + ping + [0x80, 0x00],
            Array(repeatElement([0x00, 0x01, 0x41] as [UInt8], count: 300).joined()),
            [0x01, 0x01, 0x41] + Array(repeatElement([0x00, 0x00] as [UInt8], count: 300).joined()),
        ]
    }()
    let words = FrameTarget().words

    private var workspace = WebSocketWorkspace()

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let whole = try read(input, sizes: [input.count])
        let pieces = input.randomPieces(&random)
        let split = try read(input, sizes: pieces)
        try BrokenRule.unless(whole == split, "what happened depends on the pieces \(pieces)")
        return !whole.failed
    }

    mutating func release() { workspace.release() }

    private mutating func read(_ bytes: [UInt8], sizes: [Int]) throws(BrokenRule) -> Trace {
        var settings = WebSocketSession.Settings()
        settings.messageBound = Self.messageBound
        var session = WebSocketSession(deflate: nil, settings: settings)
        var output = ByteStore()
        defer {
            session.release()
            output.release()
        }
        var trace = Trace()
        var closings = 0
        try bytes.inPieces(of: sizes) { (piece) throws(BrokenRule) in
            var rest = piece
            while let event = session.receive(&rest, workspace: &workspace, output: &output) {
                switch event {
                case .message(let kind, let payload):
                    trace.note(Int(kind.rawValue))
                    trace.note(payload)
                case .ping(let payload), .pong(let payload):
                    trace.note(payload)
                case .closed(let code, let reason):
                    trace.note(code.map(Int.init) ?? -1)
                    trace.note(reason)
                    closings += 1
                case .failed(let failure):
                    trace.failed = true
                    trace.note(Int(failure.rawValue))
                    closings += 1
                }
            }
            // A pong that is under the bound, and a close, are 6 and 125 bytes more.
            let bound = WebSocketSession.pongBacklog + 2 * 131
            try BrokenRule.unless(output.count <= bound, "\(output.count) bytes wait to be sent")
        }
        try BrokenRule.unless(closings <= 1 && (closings == 0) == session.isOpen, "it ended \(closings) times")
        return trace
    }
}

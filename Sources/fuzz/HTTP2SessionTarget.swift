import CNghttp2
import Generator
import Measures

/// A client's connection of HTTP/2 alone: three requests under way, a server that means harm, no socket.
struct HTTP2SessionTarget: FuzzTarget {
    let name = "HTTP/2 sessions"
    let corpus = HTTP2Corpus.answers + HTTP2Corpus.severalAnswers
    let words = HTTP2Corpus.words

    /// Requests that are begun before anything comes; the last one has a body.
    private static let requests = 3
    /// What the client may have to say about input of at most four kilobytes: its preface and requests, an answer to each ping and
    /// each settings, an end of each stream.
    private static let outgoingBound = 64 * 1024
    private static let body: [UInt8] = Array(repeating: UInt8(ascii: "b"), count: 300)
    private static let fieldTexts: [(StaticString, StaticString)] = [
        (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
    ]

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let cancelled = random.below(4) == 0 ? Int(random.below(UInt64(Self.requests))) : -1
        let whole = try Connection().read(input, sizes: [input.count], cancelling: cancelled)
        let pieces = input.randomPieces(&random)
        let split = try Connection().read(input, sizes: pieces, cancelling: cancelled)
        // A connection that is given up after a piece tells less of what comes later in it than one that was read on.
        if !whole.failed, !split.failed {
            try BrokenRule.unless(whole == split, "what happened depends on the pieces \(pieces)")
        }
        return !whole.failed && !split.failed
    }

    /// A connection, and the memory of what goes over it.
    private final class Connection {
        private let session: UnsafeMutablePointer<HTTP2Session>
        private let streams: UnsafeMutableBufferPointer<HTTP2Stream>
        private let answers: UnsafeMutableBufferPointer<KeptAnswer>
        private let body: UnsafeMutableBufferPointer<UInt8>
        private var output = ByteStore()
        private var ended = 0

        init() throws(BrokenRule) {
            guard let session = HTTP2Session.open() else { throw BrokenRule(what: "no session") }
            self.session = session
            streams = .allocate(capacity: HTTP2SessionTarget.requests)
            answers = .allocate(capacity: HTTP2SessionTarget.requests)
            body = .allocate(capacity: HTTP2SessionTarget.body.count)
            _ = body.initialize(from: HTTP2SessionTarget.body)
            for index in streams.indices {
                answers.initializeElement(at: index, to: KeptAnswer())
                answers[index].begin(wantsBody: true)
                streams.initializeElement(at: index, to: HTTP2Stream(index: Int32(index)))
                streams[index].kept = answers.baseAddress.map { $0 + index }
                if index == streams.count - 1 { streams[index].body = UnsafeBufferPointer(body) }
            }
        }

        deinit {
            HTTP2Session.close(session)
            for index in streams.indices {
                answers[index].release()
                streams[index].excerpt.release()
            }
            streams.deallocate()
            answers.deallocate()
            body.deallocate()
            output.release()
        }

        func read(_ input: [UInt8], sizes: [Int], cancelling cancelled: Int) throws(BrokenRule) -> Trace {
            guard let first = streams.baseAddress else { throw BrokenRule(what: "no streams") }
            let fields = HTTP2SessionTarget.fieldTexts.map { name, value in
                nghttp2_nv(
                    name: UnsafeMutablePointer(mutating: name.utf8Start),
                    value: UnsafeMutablePointer(mutating: value.utf8Start), namelen: name.utf8CodeUnitCount,
                    valuelen: value.utf8CodeUnitCount, flags: 0)
            }
            for index in streams.indices {
                let begun = fields.withUnsafeBufferPointer { HTTP2Session.submit(session, first + index, $0) }
                try BrokenRule.unless(begun, "a new connection takes no request")
            }
            try send()
            if cancelled >= 0 { HTTP2Session.cancel(session, first + cancelled) }
            var now: Int64 = 1
            try input.inPieces(of: sizes) { (piece) throws(BrokenRule) in
                guard session.pointee.breach == nil else { return }
                HTTP2Session.receive(session, piece, at: Instant(nanoseconds: now))
                now += 1
                try takeEnded(cancelled: cancelled)
                try send()
            }
            return try trace(cancelled: cancelled)
        }

        /// What the client has to say goes nowhere.
        private func send() throws(BrokenRule) {
            while HTTP2Session.takeOutgoing(session, into: &output, bound: HTTP2SessionTarget.outgoingBound) {
                try BrokenRule.unless(
                    output.count <= 2 * HTTP2SessionTarget.outgoingBound, "\(output.count) bytes are sent")
                if output.count >= HTTP2SessionTarget.outgoingBound { break }
            }
            output.removeAll()
        }

        private func takeEnded(cancelled: Int) throws(BrokenRule) {
            var list: [UnsafeMutablePointer<HTTP2Stream>] = []
            HTTP2Session.takeEnded(session, into: &list)
            ended += list.count
            for stream in list {
                try BrokenRule.unless(stream.pointee.end != .none, "a stream has ended without an end")
                try BrokenRule.unless(Int(stream.pointee.index) != cancelled, "a stream that was given up is told of")
            }
            let underWay = HTTP2SessionTarget.requests - (cancelled >= 0 ? 1 : 0) - ended
            try BrokenRule.unless(
                session.pointee.underWay == underWay,
                "\(session.pointee.underWay) streams are under way, not \(underWay)")
        }

        private func trace(cancelled: Int) throws(BrokenRule) -> Trace {
            var trace = Trace()
            trace.failed = session.pointee.breach != nil
            for index in streams.indices where index != cancelled {
                let stream = streams[index]
                let head = answers[index].head
                try BrokenRule.unless(
                    stream.end != .complete || (stream.hasHead && (200...999).contains(stream.status)),
                    "an answer is complete with the status \(stream.status)")
                try BrokenRule.unless(
                    Int(stream.bodyBytes) == answers[index].body.count,
                    "\(stream.bodyBytes) bytes of a body are counted")
                trace.note(stream.end == .complete ? 1 : stream.end == .none ? 0 : 2)
                trace.note(Int(stream.status))
                trace.note(head.bytes)
                trace.note(answers[index].body.bytes)
            }
            return trace
        }
    }
}

extension HTTP2Corpus {
    /// Answers to the first three requests of a connection.
    static let severalAnswers: [[UInt8]] = {
        func frame(_ type: UInt8, _ flags: UInt8, stream: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
            [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream] + payload
        }
        let settings = frame(4, 0, stream: 0) + frame(4, 1, stream: 0)
        let heads = (0..<3).flatMap { frame(1, 4, stream: UInt8(1 + 2 * $0), [0x88]) }
        let bodies = (0..<3).flatMap { frame(0, 1, stream: UInt8(1 + 2 * $0), Array("body".utf8)) }
        // Entered in the dynamic table by one answer (RFC 7541 §6.2.1), and named from it by the next.
        let entered: [UInt8] = [0x88, 0x40, 1, UInt8(ascii: "x"), 1, UInt8(ascii: "y")]
        return [
            settings + heads + bodies,
            settings + frame(1, 4, stream: 1, entered) + frame(1, 5, stream: 3, [0x88, 0xBE])
                + frame(1, 5, stream: 5, [0x8D, 0xBE]),
            settings + heads + frame(3, 0, stream: 3, [0, 0, 0, 7])
                + frame(7, 0, stream: 0, [0, 0, 0, 3, 0, 0, 0, 0]) + bodies,
            // A smaller window for what the client sends, then a larger one.
            frame(4, 0, stream: 0, [0, 4, 0, 0, 0, 10]) + heads + frame(8, 0, stream: 5, [0, 0, 4, 0]) + bodies,
        ]
    }()
}

import Generator
import Measures

/// The reader of HTTP/1.1 responses.
struct ResponseTarget: FuzzTarget {
    let name = "HTTP responses"

    let corpus: [[UInt8]] = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 404\r\ncOnTeNt-LeNgTh:\t 2 \r\n\r\nno",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "HTTP/1.1 200 OK\r\nServer: x\r\nDate: y\r\n\r\nall of it",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n06\r\n world\r\n0\r\nX: y\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\tc\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n3;q=\"a;b\"\r\nabc\r\n0;e\r\nX: y\r\n"
            + "Content-Length: 3\r\nY:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nDate: Tue, 15 Nov 1994 08:12:31 GMT\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nDate: Wed, 16 Nov 1994 08:12:31 GMT\r\nContent-Length: 1\r\n\r\ny",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    ].map { Array($0.utf8) }

    let words: [[UInt8]] = [
        "\r\n", "\n", "\r", "\r\n\r\n", ":", ";", ",", " ", "\t", "\0", "0", "f", "F", "7fffffffffffffff",
        "ffffffffffffffff",
        "999999999999999999", "Content-Length: ", "Transfer-Encoding: ", "chunked", "identity", "Connection: close",
        "HTTP/1.1 100 \r\n\r\n", "HTTP/1.1 200 OK\r\n", "0\r\n\r\n", "-1",
    ].map { Array($0.utf8) }

    /// The head of an answer before, of whatever input.
    private var known = KnownHead()

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let toHead = random.below(8) == 0
        let whole = try read(input, sizes: [input.count], toHead: toHead, known: nil)
        let pieces = input.randomPieces(&random)
        let split = try read(input, sizes: pieces, toHead: toHead, known: nil)
        try BrokenRule.unless(whole == split, "the answer depends on the pieces \(pieces)")
        // A head that differs little from one that is known, then the same again.
        let corpus = corpus[Int(random.below(UInt64(corpus.count)))]
        for other in [corpus, input] {
            _ = try read(other, sizes: [other.count], toHead: toHead, known: &known)
            let again = try read(input, sizes: pieces, toHead: toHead, known: &known)
            try BrokenRule.unless(whole == again, "the answer depends on the one before it")
        }
        return !whole.failed
    }

    mutating func release() { known.release() }

    /// Feeds the reader as a connection does: what it leaves comes again with the next piece.
    private func read(
        _ input: [UInt8], sizes: [Int], toHead: Bool, known: UnsafeMutablePointer<KnownHead>?
    ) throws(BrokenRule) -> Trace {
        var reader = ResponseReader()
        reader.begin(toHead: toHead)
        var kept = KeptAnswer()
        kept.begin(wantsBody: true)
        var stash = ByteStore()
        defer {
            kept.release()
            stash.release()
        }
        var trace = Trace()
        var fed = 0
        var ended = false
        try input.inPieces(of: sizes) { (piece) throws(BrokenRule) in
            guard !ended else { return }
            stash.append(piece)
            fed += piece.count
            do throws(ResponseFailure) {
                switch try reader.consume(stash.bytes, into: &kept, known: known) {
                case .incomplete(let consumed):
                    Self.requireWithin(consumed, stash.count)
                    stash.removeFirst(consumed)
                case .complete(let consumed):
                    Self.requireWithin(consumed, stash.count)
                    trace.note(fed - (stash.count - consumed))
                    ended = true
                }
            } catch {
                trace.failed = true
                trace.note(Int(error.rawValue))
                ended = true
            }
        }
        let held = stash.count + kept.head.count + kept.body.count
        try BrokenRule.unless(held <= 2 * input.count, "\(held) bytes are held of \(input.count)")
        if !trace.failed {
            trace.note(ended ? 1 : 0)
            trace.note(reader.isCompleteAtClose() ? 1 : 0)
            trace.note(reader.persistent ? 1 : 0)
            trace.note(Int(reader.status))
            trace.note(Int(reader.bodyBytes))
            trace.note(kept.head.bytes)
            trace.note(kept.body.bytes)
        }
        return trace
    }

    private static func requireWithin(_ consumed: Int, _ given: Int) {
        precondition(consumed >= 0 && consumed <= given, "\(consumed) bytes consumed of \(given)")
    }
}

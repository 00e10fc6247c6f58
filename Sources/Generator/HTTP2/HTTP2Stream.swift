import Measures

/// An exchange on a connection of HTTP/2: its request's body, what of the answer has come, and how it ended. A plain value;
/// whoever begins one must keep it where it is until it has ended or was given up.
package struct HTTP2Stream: BitwiseCopyable {
    /// How a stream ended.
    package enum End: Equatable, BitwiseCopyable {
        /// It is under way, or was never begun.
        case none
        /// The answer was read to its end.
        case complete
        /// The server did not process the request (RFC 9113 §8.7), since it leaves the connection or for another reason:
        /// it may be sent again.
        case refused(isLeaving: Bool)
        /// The server ended it, for the reason that its code says (RFC 9113 §7).
        case reset(code: UInt32)
        /// The answer breaks HTTP, or a bound; nil: in a way that only the codec knows.
        case broken(ResponseFailure?)
    }

    /// Its owner's name for it.
    package let index: Int32
    /// The stream's number on its connection; 0 before it has one.
    var id: Int32 = 0
    package var end = End.none
    /// What is to be sent behind the fields. Its memory must stay until the stream has ended.
    package var body = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// How much of it was.
    var bodySent = 0
    /// Where the answer is kept, when somebody looks at it.
    package var kept: UnsafeMutablePointer<KeptAnswer>?
    /// The status of the final head; 0 before it.
    package var status: UInt16 = 0
    /// The final head is complete.
    package var hasHead = false
    var interims: UInt8 = 0
    /// Events of its answer wait to be recorded.
    var isHeard = false
    /// Bytes of names and values in the fields of the head, or of the trailers, at hand.
    var fieldBytes = 0
    /// The body's bytes so far.
    package var bodyBytes: Int64 = 0
    /// The bytes of its frames, their heads included.
    var sent: UInt64 = 0
    var received: UInt64 = 0
    /// When the answer's first byte came in, and when what ended it did; zero before.
    var firstByte = Instant(nanoseconds: 0)
    var finished = Instant(nanoseconds: 0)
    /// The beginning of the body is kept in `excerpt` where the status lies outside these.
    var keepsExcerpt = false
    var lowestExpected = 200
    var highestExpected = 399
    package var excerpt = ByteStore()
    /// The outcomes of which an answer is kept all the same, and the instant from which one that begins is slow.
    var wanted: EvidenceStore.Wanted = []
    var slowFrom = Instant.distantFuture
    /// The head, where nobody else looks at it and the exchange may be shown.
    var head = ByteStore()
    var keepsHead = false
    /// The body's bytes where they are made for this exchange.
    var ownBody = ByteStore()
    /// What the answer was refused for, while the stream's end is still under way.
    var failure: ResponseFailure?
    /// The code with which the server ended the stream.
    var resetCode: UInt32?

    package init(index: Int32) { self.index = index }

    /// Begins again: nothing was sent, nothing came. The memory is kept.
    mutating func rewind() {
        var fresh = HTTP2Stream(index: index)
        (fresh.body, fresh.kept, fresh.ownBody, fresh.excerpt) = (body, kept, ownBody, excerpt)
        (fresh.head, fresh.wanted, fresh.slowFrom) = (head, wanted, slowFrom)
        fresh.head.removeAll()
        (fresh.keepsExcerpt, fresh.lowestExpected, fresh.highestExpected) = (
            keepsExcerpt, lowestExpected, highestExpected
        )
        fresh.excerpt.removeAll()
        kept?.pointee.head.removeAll()
        kept?.pointee.body.removeAll()
        kept?.pointee.events.restart()
        self = fresh
    }

    mutating func append(body data: UnsafeBufferPointer<UInt8>) {
        bodyBytes += Int64(data.count)
        kept?.pointee.append(body: data)
        guard !isExpected, kept?.pointee.wantsBody != true, keepsExcerpt || isWanted else { return }
        excerpt.append(UnsafeBufferPointer(rebasing: data.prefix(max(0, AnswerExcerpt.keptBytes - excerpt.count))))
    }

    private var isExpected: Bool { (lowestExpected...highestExpected).contains(Int(status)) }

    private var isWanted: Bool { wanted.contains(EvidenceStore.Wanted(status: Int(status))) }

    /// The final status was read: decides whether the head is kept for a report alone.
    mutating func beginHead() {
        head.removeAll()
        keepsHead = kept == nil && (isExpected ? firstByte >= slowFrom : isWanted)
    }
}

/// Memory of streams, used again and again.
struct HTTP2StreamPool {
    private var all: [UnsafeMutablePointer<HTTP2Stream>] = []
    private var free: [UnsafeMutablePointer<HTTP2Stream>] = []

    /// A stream that is yet to be begun.
    mutating func take(index: Int32) -> UnsafeMutablePointer<HTTP2Stream> {
        guard let stream = free.popLast() else {
            let stream = UnsafeMutablePointer<HTTP2Stream>.allocate(capacity: 1)
            stream.initialize(to: HTTP2Stream(index: index))
            all.append(stream)
            return stream
        }
        let (body, excerpt, head) = (stream.pointee.ownBody, stream.pointee.excerpt, stream.pointee.head)
        stream.pointee = HTTP2Stream(index: index)
        (stream.pointee.ownBody, stream.pointee.excerpt, stream.pointee.head) = (body, excerpt, head)
        return stream
    }

    /// Takes it back; what a large body took is given up.
    mutating func giveBack(_ stream: UnsafeMutablePointer<HTTP2Stream>) {
        stream.pointee.end = .none
        stream.pointee.ownBody.trim(to: 2 * 1024)
        stream.pointee.excerpt.trim(to: 0)
        stream.pointee.head.trim(to: 0)
        free.append(stream)
    }

    func release() {
        for stream in all {
            stream.pointee.ownBody.release()
            stream.pointee.excerpt.release()
            stream.pointee.head.release()
            stream.deallocate()
        }
    }
}

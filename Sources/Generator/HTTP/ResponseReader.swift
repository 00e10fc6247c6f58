/// Reads one response, interim ones before it included, from pieces of any size: a state machine without memory of its
/// own. A head must lie in one piece: whoever feeds it keeps what was not consumed and feeds it again with more.
package struct ResponseReader: BitwiseCopyable {
    /// What the fed bytes led to.
    package enum Progress: Equatable {
        /// The first `consumed` bytes are done with; more are needed.
        case incomplete(consumed: Int)
        /// The response ended with the first `consumed` bytes.
        case complete(consumed: Int)
    }

    /// A head's bytes at most.
    package static let headBound = 64 * 1024
    /// 1xx answers before the final one at most.
    static let interimBound = 32

    private enum Phase: UInt8 {
        case head, length, chunked, untilClose, complete
    }

    private var phase = Phase.head
    private var toHead = false
    private var upgrades = false
    private var interims: UInt8 = 0
    private var remaining: Int64 = 0
    private var chunks = ChunkedDecoder()
    /// The status of the final head; 0 before it.
    package private(set) var status: UInt16 = 0
    /// True where the connection may carry another request.
    package private(set) var persistent = false
    /// The body's bytes so far, after transfer coding.
    package private(set) var bodyBytes: Int64 = 0

    package init() {}

    /// Begins with the next response; `toHead`: it answers a HEAD; `upgrade`: it answers a request to switch protocols,
    /// and a 101 ends it.
    package mutating func begin(toHead: Bool, upgrade: Bool = false) {
        self = ResponseReader()
        self.toHead = toHead
        upgrades = upgrade
    }

    /// An answer ended that something else read.
    mutating func end(status: UInt16, bodyBytes: Int64) {
        phase = .complete
        self.status = status
        self.bodyBytes = bodyBytes
    }

    /// Reads on. Throws where the bytes are no response. `kept` takes what is to be kept of the answer; `known` is the head that
    /// answers to the same request had last, nil where nobody remembers it.
    package mutating func consume(
        _ bytes: UnsafeBufferPointer<UInt8>, into kept: UnsafeMutablePointer<KeptAnswer>?,
        known: UnsafeMutablePointer<KnownHead>? = nil
    ) throws(ResponseFailure) -> Progress {
        var position = 0
        while phase == .head {
            let rest = UnsafeBufferPointer(rebasing: bytes[position...])
            if let known, let head = known.pointee.find(in: rest, toHead: toHead) {
                position += head.length
                try begin(head, text: UnsafeBufferPointer(rebasing: rest[..<head.length]), into: kept)
                break
            }
            guard let head = try ResponseHeadParser.parse(rest, toHead: toHead) else {
                if rest.count >= Self.headBound { throw .headTooLarge }
                return .incomplete(consumed: position)
            }
            if head.length > Self.headBound { throw .headTooLarge }
            position += head.length
            let text = UnsafeBufferPointer(rebasing: rest[..<head.length])
            try begin(head, text: text, into: kept)
            if phase != .head { known?.pointee.remember(text, head, toHead: toHead) }
        }
        position += try consumeBody(UnsafeBufferPointer(rebasing: bytes[position...]), into: kept)
        return phase == .complete ? .complete(consumed: position) : .incomplete(consumed: position)
    }

    /// The peer closed the connection; true where that completes the response.
    package func isCompleteAtClose() -> Bool { phase == .untilClose || phase == .complete }

    private mutating func begin(
        _ head: ResponseHead, text: UnsafeBufferPointer<UInt8>, into kept: UnsafeMutablePointer<KeptAnswer>?
    ) throws(ResponseFailure) {
        if head.status == 101, !upgrades { throw .unexpectedUpgrade }
        if head.status < 200, head.status != 101 {
            interims += 1
            if interims > Self.interimBound { throw .tooManyInterimResponses }
            return
        }
        status = head.status
        persistent = head.persistent
        kept?.pointee.head.append(text)
        switch head.framing {
        case .none: phase = .complete
        case .length(let length):
            remaining = length
            phase = length == 0 ? .complete : .length
        case .chunked: phase = .chunked
        case .untilClose: phase = .untilClose
        }
    }

    private mutating func consumeBody(
        _ bytes: UnsafeBufferPointer<UInt8>, into kept: UnsafeMutablePointer<KeptAnswer>?
    ) throws(ResponseFailure) -> Int {
        switch phase {
        case .length:
            let run = Int(min(remaining, Int64(bytes.count)))
            kept?.pointee.append(body: UnsafeBufferPointer(rebasing: bytes[..<run]))
            remaining -= Int64(run)
            bodyBytes += Int64(run)
            if remaining == 0 { phase = .complete }
            return run
        case .chunked:
            var received: Int64 = 0
            let consumed = try chunks.consume(bytes) { data in
                received += Int64(data.count)
                kept?.pointee.append(body: data)
            }
            bodyBytes += received
            if chunks.isComplete { phase = .complete }
            return consumed
        case .untilClose:
            kept?.pointee.append(body: bytes)
            bodyBytes += Int64(bytes.count)
            return bytes.count
        case .head, .complete: return 0
        }
    }
}

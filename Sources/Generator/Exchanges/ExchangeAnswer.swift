import Measures

/// The answer to a planned request as it comes in. Whoever makes one must `release` it.
struct ExchangeAnswer {
    private var reader = ResponseReader()
    private let kept: UnsafeMutablePointer<KeptAnswer>
    /// What was received of a head that isn't complete.
    private var stash = ByteStore()
    private let bodyBound: Int
    /// True once a byte of it has come.
    private(set) var hasBegun = false

    init(to planned: PlannedExchange) {
        reader.begin(toHead: planned.method == "HEAD")
        bodyBound = max(0, planned.keptBody)
        kept = .allocate(capacity: 1)
        kept.initialize(to: KeptAnswer())
        kept.pointee.begin(wantsBody: bodyBound > 0)
    }

    mutating func release() {
        kept.pointee.release()
        kept.deallocate()
        stash.release()
    }

    /// True where the peer's close ends it.
    var isCompleteAtClose: Bool { reader.isCompleteAtClose() }

    /// True where its connection may carry another request.
    var leavesConnectionUsable: Bool { reader.persistent }

    /// Reads on; true where the answer is complete. Throws where the bytes are no answer.
    mutating func take(_ fresh: UnsafeBufferPointer<UInt8>) throws(ResponseFailure) -> Bool {
        hasBegun = hasBegun || !fresh.isEmpty
        var bytes = fresh
        if stash.count > 0 {
            stash.append(fresh)
            bytes = stash.bytes
        }
        let progress = try reader.consume(bytes, into: kept)
        if kept.pointee.body.count > bodyBound {
            kept.pointee.body.removeLast(kept.pointee.body.count - bodyBound)
        }
        // What follows the bound is counted only.
        if kept.pointee.body.count == bodyBound { kept.pointee.wantsBody = false }
        switch progress {
        case .complete(let consumed):
            if consumed < bytes.count { throw .leftover }
            return true
        case .incomplete(let consumed):
            if stash.count > 0 {
                stash.removeFirst(consumed)
            } else if consumed < bytes.count {
                stash.append(UnsafeBufferPointer(rebasing: bytes[consumed...]))
            }
            return false
        }
    }

    /// Enters what came of the answer, be it complete or not.
    func enter(into observed: inout ObservedExchange) {
        observed.status = Int(reader.status)
        observed.fields = AnswerHead(kept.pointee.head.bytes).fields
        observed.body = Array(kept.pointee.body.bytes)
        observed.bodyLength = Int(reader.bodyBytes)
    }
}

import Measures

/// Bytes on their way through a connection, each with the instant from which on it may leave. They leave in the order in
/// which they came, whatever their delays.
struct DelayLine {
    /// What was read at once.
    private struct Piece {
        /// Where it ends, counted in bytes since the connection began.
        var end: Int64
        var arrival: Instant
        var due: Instant
    }

    private(set) var bytes = ByteQueue()
    /// The pieces; those before `head` have left.
    private var pieces: [Piece] = []
    private var head = 0
    private var arrived: Int64 = 0
    private var left: Int64 = 0

    var count: Int { bytes.count }
    var isEmpty: Bool { bytes.count == 0 }
    /// True where no further piece should be taken: pieces of few bytes cost more than their bytes.
    var isCrowded: Bool { pieces.count - head >= 65_536 }

    /// When the next bytes may leave; the distant future where there are none.
    var due: Instant { head < pieces.count ? pieces[head].due : .distantFuture }

    /// No byte or end that comes later may leave before this.
    var lastDue: Instant { pieces.count > head ? pieces[pieces.count - 1].due : Instant(nanoseconds: .min) }

    /// Bytes of the first piece, as many as lie together.
    func front(_ pool: BlockPool) -> UnsafeRawBufferPointer {
        let front = bytes.front(pool)
        guard head < pieces.count else { return front }
        return UnsafeRawBufferPointer(rebasing: front.prefix(Int(pieces[head].end - left)))
    }

    mutating func append(_ new: UnsafeRawBufferPointer, at now: Instant, due: Instant, _ pool: inout BlockPool) {
        bytes.append(new, &pool)
        arrived += Int64(new.count)
        pieces.append(Piece(end: arrived, arrival: now, due: max(due, lastDue)))
    }

    /// Drops the first bytes, of `front`. True where a piece ended.
    @discardableResult
    mutating func drop(_ size: Int, _ pool: inout BlockPool) -> Bool {
        bytes.drop(size, &pool)
        left += Int64(size)
        guard head < pieces.count, pieces[head].end == left else { return false }
        head += 1
        if head == pieces.count {
            pieces.removeAll(keepingCapacity: pieces.count <= 64)
            head = 0
        } else if head >= 1_024, head * 2 > pieces.count {
            pieces.removeFirst(head)
            head = 0
        }
        return true
    }

    mutating func clear(_ pool: inout BlockPool) {
        bytes.clear(&pool)
        pieces.removeAll()
        head = 0
        left = arrived
    }

    /// Reckons again when what is on its way may leave: its delay has changed.
    mutating func reschedule(_ delay: () -> Span) {
        var latest = Instant(nanoseconds: .min)
        for index in head..<pieces.count {
            latest = max(latest, pieces[index].arrival + delay())
            pieces[index].due = latest
        }
    }
}

/// Bytes in the order in which they came, in blocks of a pool.
struct ByteQueue {
    private(set) var count = 0
    private var first: Int32 = -1
    private var last: Int32 = -1
    /// Where the bytes begin in the first block, and end in the last.
    private var start = 0
    private var end = 0

    /// Appends bytes. The pool has room for them: whoever reads from a socket asks before.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ pool: inout BlockPool) {
        var rest = bytes
        while !rest.isEmpty {
            if last < 0 || end == BlockPool.blockSize {
                guard let block = pool.take() else { preconditionFailure("no room for bytes that were read") }
                if last < 0 { (first, start) = (block, 0) } else { pool.link(last, to: block) }
                (last, end) = (block, 0)
            }
            let size = min(rest.count, BlockPool.blockSize - end)
            let room = UnsafeMutableRawBufferPointer(start: pool.address(of: last) + end, count: size)
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<size]))
            end += size
            count += size
            rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        }
    }

    /// The first bytes, as many as lie together.
    func front(_ pool: BlockPool) -> UnsafeRawBufferPointer {
        guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let size = first == last ? end - start : BlockPool.blockSize - start
        return UnsafeRawBufferPointer(start: pool.address(of: first) + start, count: size)
    }

    /// Drops the first bytes, of those that lie together.
    mutating func drop(_ size: Int, _ pool: inout BlockPool) {
        guard size > 0 else { return }
        start += size
        count -= size
        if count == 0 {
            pool.give(back: first)
            (first, last, start, end) = (-1, -1, 0, 0)
        } else if start == BlockPool.blockSize {
            let emptied = first
            first = pool.next(after: emptied)
            start = 0
            pool.give(back: emptied)
        }
    }

    /// Drops everything.
    mutating func clear(_ pool: inout BlockPool) {
        while count > 0 { drop(front(pool).count, &pool) }
    }
}

import Glibc

/// Memory for bytes that wait in the connections of a worker, in blocks. An address space of fixed size, of which only what
/// is used costs memory; given back to the system once no byte waits.
struct BlockPool {
    /// Bytes of a block.
    static let blockSize = 4_096

    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    /// By block, the next one of its queue or of the free ones; -1: none.
    private var next: [Int32] = []
    private var firstFree: Int32 = -1
    private var used = 0

    /// Used blocks below which nothing is given back.
    private static let kept = 1_024

    /// `capacity`: blocks at most. Ends the process where not even the addresses are to be had.
    init(capacity: Int) {
        self.capacity = capacity
        let flags = MAP_PRIVATE | Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE)
        guard let memory = mmap(nil, capacity * Self.blockSize, PROT_READ | PROT_WRITE, flags, -1, 0),
            memory != MAP_FAILED
        else { fatalError("no address space for \(capacity) blocks") }
        base = memory
    }

    func release() { munmap(base, capacity * Self.blockSize) }

    /// Blocks that can be taken.
    var free: Int { capacity - used }

    func address(of block: Int32) -> UnsafeMutableRawPointer { base + Int(block) * Self.blockSize }

    func next(after block: Int32) -> Int32 { next[Int(block)] }

    mutating func link(_ block: Int32, to following: Int32) { next[Int(block)] = following }

    /// A block; nil where none is free.
    mutating func take() -> Int32? {
        var block = firstFree
        if block >= 0 {
            firstFree = next[Int(block)]
        } else {
            guard next.count < capacity else { return nil }
            block = Int32(next.count)
            next.append(-1)
        }
        next[Int(block)] = -1
        used += 1
        return block
    }

    mutating func give(back block: Int32) {
        next[Int(block)] = firstFree
        firstFree = block
        used -= 1
        if used == 0, next.count > Self.kept {
            madvise(base, next.count * Self.blockSize, MADV_DONTNEED)
            next.removeAll()
            firstFree = -1
        }
    }
}

import CLinux
import Glibc

/// Memory that the first exchanges of a run need: it is there before the load begins, and stays, where the system lets it.
///
/// A page that is touched for the first time costs a fault, one that was swapped out a read from disk. Only what every
/// exchange goes through is locked (mlock(2)), never the whole process: a load of 100,000 users may want more memory than a
/// machine should lose.
struct HotMemory {
    /// Bytes that may still be locked.
    var budget = 0
    private var locked: [UnsafeMutableRawBufferPointer] = []
    /// The most that a process locks in bytes, whatever it may.
    private static let most = 64 << 20

    /// What the reactors of a run may lock together in bytes: half of what the process may, so that others have some.
    static var allowance: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return 0 }
        return min(most, Int(clamping: limit.rlim_cur / 2))
    }

    /// Has `count` elements in memory from here on.
    mutating func hold<Element>(_ base: UnsafeMutablePointer<Element>, _ count: Int) {
        let bytes = UnsafeMutableRawBufferPointer(
            start: base, count: count * MemoryLayout<Element>.stride)
        guard !bytes.isEmpty else { return }
        _ = loadgate_populate(bytes.baseAddress, bytes.count)
        guard bytes.count <= budget, mlock(bytes.baseAddress, bytes.count) == 0 else { return }
        budget -= bytes.count
        locked.append(bytes)
    }

    /// Lets it go. To be called while the memory is still there.
    mutating func release() {
        for bytes in locked { munlock(bytes.baseAddress, bytes.count) }
        locked.removeAll()
    }

    /// Has the pages of the calling thread's stack that a reactor will use.
    @inline(never)
    static func touchStack() {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { stack in
            _ = loadgate_populate(stack.baseAddress, stack.count)
        }
    }
}

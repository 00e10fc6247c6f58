import Glibc

/// Memory for a fixed number of plain values that never moves and costs only the pages that are used.
struct StableMemory<Element: BitwiseCopyable> {
    let base: UnsafeMutablePointer<Element>
    let capacity: Int

    /// All zero bytes at first. Ends the process where not even the addresses are to be had.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        let bytes = self.capacity * MemoryLayout<Element>.stride
        guard
            let memory = mmap(
                nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANONYMOUS) | Int32(MAP_NORESERVE), -1, 0),
            memory != MAP_FAILED
        else { fatalError("no address space for \(bytes) bytes") }
        base = memory.bindMemory(to: Element.self, capacity: self.capacity)
    }

    func release() { munmap(base, capacity * MemoryLayout<Element>.stride) }
}

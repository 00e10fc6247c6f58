import CLinux
import Glibc

/// Unpredictable numbers from the kernel (getrandom(2)), fetched a block at a time: mask keys must not be guessed from
/// those before (RFC 6455 §5.3, §10.3). Whoever makes one must `release` it.
struct RandomBytes {
    private static let blockSize = 4096

    private let block = UnsafeMutableRawPointer.allocate(byteCount: blockSize, alignment: 8)
    private var used = blockSize

    mutating func nextWord() -> UInt32 {
        if used == Self.blockSize { fill() }
        defer { used += MemoryLayout<UInt32>.size }
        return block.load(fromByteOffset: used, as: UInt32.self)
    }

    private mutating func fill() {
        var filled = 0
        while filled < Self.blockSize {
            let count = getrandom(block + filled, Self.blockSize - filled, 0)
            if count > 0 { filled += count } else if errno != EINTR { fatalError("getrandom: errno \(errno)") }
        }
        used = 0
    }

    func release() { block.deallocate() }
}

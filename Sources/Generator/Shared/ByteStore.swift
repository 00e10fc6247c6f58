import Glibc

/// Growing raw memory without reference counts; whoever makes one must `release` it.
package struct ByteStore: BitwiseCopyable {
    private(set) var base: UnsafeMutablePointer<UInt8>?
    package private(set) var count = 0
    private var capacity = 0

    /// Holds nothing and no memory.
    package init() {}

    package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// Forgets the content and keeps the memory.
    package mutating func removeAll() { count = 0 }

    mutating func append(_ source: UnsafePointer<UInt8>, count added: Int) {
        reserve(added)
        if let base { memcpy(base + count, source, added) }
        count += added
    }

    package mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        if let start = source.baseAddress { append(start, count: source.count) }
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        base?[count] = byte
        count += 1
    }

    package mutating func append(_ text: StaticString) { append(text.utf8Start, count: text.utf8CodeUnitCount) }

    /// A whole number in decimal digits.
    mutating func append(decimal number: Int) {
        reserve(20)
        guard let base else { return }
        if number < 0 {
            base[count] = UInt8(ascii: "-")
            count += 1
        }
        let first = count
        var rest = number.magnitude
        repeat {
            base[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            count += 1
            rest /= 10
        } while rest > 0
        var left = first
        var right = count - 1
        while left < right {
            (base[left], base[right]) = (base[right], base[left])
            left += 1
            right -= 1
        }
    }

    /// Drops the first bytes.
    package mutating func removeFirst(_ removed: Int) {
        guard let base else { return }
        count -= removed
        if count > 0 { memmove(base, base + removed, count) }
    }

    /// Room for so many more bytes at the end, which count at once: the caller writes them.
    mutating func extend(by added: Int) -> UnsafeMutablePointer<UInt8> {
        reserve(max(added, 1))
        guard let base else { fatalError("no memory was reserved") }
        count += added
        return base + (count - added)
    }

    /// Drops the last bytes.
    mutating func removeLast(_ removed: Int) { count -= removed }

    /// Gives the memory back.
    package mutating func release() {
        free(base)
        self = ByteStore()
    }

    /// Gives the memory back where it has grown beyond `bound`, so that one large answer is not paid for ever after.
    mutating func trim(to bound: Int) {
        if capacity > bound { release() } else { count = 0 }
    }

    private mutating func reserve(_ added: Int) {
        guard count + added > capacity else { return }
        capacity = max(capacity * 2, count + added, 256)
        guard let grown = realloc(base, capacity) else { fatalError("out of memory for \(capacity) bytes") }
        base = grown.assumingMemoryBound(to: UInt8.self)
    }
}

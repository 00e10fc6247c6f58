import Glibc

/// The head that a step's answers had last, with what was read from it: one that is the same byte for byte, but for the value of
/// `Date`, says the same and is not parsed again. Whoever makes one must `release` it.
package struct KnownHead: BitwiseCopyable {
    private var bytes: UnsafeMutablePointer<UInt8>?
    private var head = ResponseHead()
    private var toHead = false
    /// Where the value of the first `Date` begins; 0 where there is none of `dateSize` bytes.
    private var date = 0
    /// Heads in a row that were others, and heads that still come before the next one is remembered.
    private var misses = 0
    private var pause = 0

    /// Bytes of a head that is remembered at most.
    private static let bound = 2 * 1024
    /// An HTTP date has so many bytes (RFC 9110 §5.6.7).
    private static let dateSize = 29
    /// After so many heads that were others, only every so many-th is remembered.
    private static let patience = 8
    private static let longPause = 64

    /// Knows no head yet.
    package init() {}

    /// Gives the memory back.
    package mutating func release() {
        bytes?.deallocate()
        self = KnownHead()
    }

    /// What the head at the beginning of `answer` says; nil where it is not the known one.
    @inline(__always)
    mutating func find(in answer: UnsafeBufferPointer<UInt8>, toHead: Bool) -> ResponseHead? {
        guard let bytes, let fresh = answer.baseAddress, answer.count >= head.length, toHead == self.toHead else {
            return nil
        }
        guard memcmp(bytes, fresh, head.length) == 0 || differsInDate(bytes, fresh) else { return nil }
        misses = 0
        return head
    }

    /// True where nothing but the date's value differs; the fresh one is then known. It must be plain text: a line's end in it
    /// would begin another field.
    private func differsInDate(_ bytes: UnsafeMutablePointer<UInt8>, _ fresh: UnsafePointer<UInt8>) -> Bool {
        let rest = date + Self.dateSize
        guard date > 0, memcmp(bytes, fresh, date) == 0, memcmp(bytes + rest, fresh + rest, head.length - rest) == 0,
            Self.isPlain(fresh + date)
        else { return false }
        memcpy(bytes + date, fresh + date, Self.dateSize)
        return true
    }

    /// Remembers a head that was parsed.
    mutating func remember(_ text: UnsafeBufferPointer<UInt8>, _ head: ResponseHead, toHead: Bool) {
        misses += 1
        if misses > Self.patience {
            pause -= 1
            if pause > 0 { return }
            pause = Self.longPause
        }
        guard text.count <= Self.bound, let start = text.baseAddress else { return }
        let bytes = bytes ?? .allocate(capacity: Self.bound)
        memcpy(bytes, start, text.count)
        self.bytes = bytes
        self.head = head
        self.toHead = toHead
        date = Self.date(in: text)
    }

    /// Where the value of the first `Date` begins, where it is `dateSize` bytes of plain text and the line ends after them; else
    /// 0.
    private static func date(in text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var position = 0
        while let found = memchr(base + position, Int32(UInt8(ascii: "\n")), text.count - position) {
            position = base.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self))) + 1
            let value = position + 6
            guard value + dateSize < text.count else { return 0 }
            guard HeaderSyntax.equal(base + position, 5, "date:"), base[position + 5] == UInt8(ascii: " ") else {
                continue
            }
            let end = base[value + dateSize]
            let isWhole = end == UInt8(ascii: "\r") || end == UInt8(ascii: "\n")
            return isWhole && isPlain(base + value) ? value : 0
        }
        return 0
    }

    /// True where a date's bytes are all printable ASCII.
    private static func isPlain(_ date: UnsafePointer<UInt8>) -> Bool {
        var isPlain = true
        for index in 0..<dateSize { isPlain = isPlain && date[index] >= 0x20 && date[index] < 0x7F }
        return isPlain
    }
}

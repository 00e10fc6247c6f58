/// Takes lines out of bytes, whatever pieces these come in. Whoever makes one must `release` it.
struct LineReader: BitwiseCopyable {
    /// The beginning of a line whose end has yet to come.
    private var part = ByteStore()
    /// `part` was handed out as a line.
    private var isHandedOut = false
    /// The last line ended with a carriage return: a line feed right behind it belongs to that end.
    private var skipsFeed = false

    private static let feed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Bytes of a line that has no end yet.
    var pending: Int { isHandedOut ? 0 : part.count }

    /// The next line of `bytes` from `position` on, without its end; it stays valid until the next call. Nil where no further
    /// line ends in them: the rest was taken in.
    ///
    /// - Parameter endsAtReturn: Whether a carriage return ends a line, too, with a line feed behind it or without.
    mutating func next(
        in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int, endsAtReturn: Bool
    ) -> UnsafeBufferPointer<UInt8>? {
        forgetHandedOut()
        if skipsFeed, position < bytes.count {
            if bytes[position] == Self.feed { position += 1 }
            skipsFeed = false
        }
        var end = position
        while end < bytes.count, bytes[end] != Self.feed, !(endsAtReturn && bytes[end] == Self.carriageReturn) {
            end += 1
        }
        let piece = UnsafeBufferPointer(rebasing: bytes[position..<end])
        guard end < bytes.count else {
            part.append(piece)
            position = end
            return nil
        }
        position = end + 1
        skipsFeed = bytes[end] == Self.carriageReturn
        if part.count == 0 { return piece }
        part.append(piece)
        isHandedOut = true
        return part.bytes
    }

    /// Puts a byte in front of what comes next.
    mutating func put(back byte: UInt8) {
        forgetHandedOut()
        part.append(byte)
    }

    /// What has come of a line that nothing ended; it stays valid until the next call.
    mutating func takeRest() -> UnsafeBufferPointer<UInt8> {
        forgetHandedOut()
        isHandedOut = true
        return part.bytes
    }

    private mutating func forgetHandedOut() {
        guard isHandedOut else { return }
        part.removeAll()
        isHandedOut = false
    }

    /// Begins with another answer; the memory of a line larger than most is given back.
    mutating func restart() {
        part.trim(to: 4 * 1024)
        isHandedOut = false
        skipsFeed = false
    }

    mutating func release() { part.release() }
}

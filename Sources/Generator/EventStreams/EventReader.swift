package import Scenarios

/// Takes the events out of a stream, whatever pieces it comes in: Server-Sent Events (WHATWG HTML §9.2.6), or a JSON text a
/// line. A plain value without I/O; whoever makes one must `release` it.
///
/// - Of Server-Sent Events `id` and `retry` are read over: nothing is reconnected. Bytes that are no UTF-8 stay as they are.
/// - Of JSON lines empty ones are read over: they keep connections alive. Whether a line is JSON is for who looks at it.
package struct EventReader: BitwiseCopyable {
    package enum Progress: Equatable, BitwiseCopyable {
        /// There is an event: `name` and `data` are its own until the next call.
        case event
        /// All bytes were taken in.
        case needsMore
        /// An event, or a line, is larger than `bound`.
        case tooLarge
    }

    /// Bytes of an event at most: its name, its data, and a line that has no end yet.
    package static let bound = 1 << 20

    private var format = EventStream.Format.sse
    /// Whether somebody looks at the data: otherwise they are counted only.
    private var keepsData = false
    private var lines = LineReader()
    /// How much of a byte order mark has come; 3: it can't come any more.
    private var mark: UInt8 = 0
    private var nameStore = ByteStore()
    private var dataStore = ByteStore()
    /// The bytes of the data so far, and whether there is a field of them.
    private var dataSize = 0
    private var hasData = false
    /// The last event was handed out.
    private var isHandedOut = false

    /// The data of the event at hand; empty where nobody looks at them.
    package private(set) var data = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    private static let byteOrderMark: (UInt8, UInt8, UInt8) = (0xEF, 0xBB, 0xBF)

    /// Reads nothing yet.
    package init() {}

    /// Begins with a stream; the memory of large events is given back.
    ///
    /// - Parameter keepsData: Whether `data` is asked for.
    package mutating func begin(_ format: EventStream.Format, keepsData: Bool = true) {
        forgetHandedOut()
        self.format = format
        self.keepsData = keepsData
        mark = format == .ndjson ? 3 : 0
        lines.restart()
        nameStore.trim(to: 1024)
        dataStore.trim(to: 4 * 1024)
        dataSize = 0
        hasData = false
    }

    /// The name of the event at hand; empty where it has none.
    package var name: UnsafeBufferPointer<UInt8> { nameStore.bytes }

    /// Reads on in `bytes` from `position`, to the end of the next event or of the bytes.
    package mutating func next(in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Progress {
        forgetHandedOut()
        if mark < 3 { readMark(bytes, &position) }
        while let line = lines.next(in: bytes, at: &position, endsAtReturn: format == .sse) {
            if size + line.count > Self.bound { return .tooLarge }
            if take(line) { return .event }
        }
        return size > Self.bound ? .tooLarge : .needsMore
    }

    /// The stream has ended. True where what came last is an event all the same: a JSON text needs no end of line behind it,
    /// while an event without its empty line is none.
    package mutating func end() -> Bool {
        forgetHandedOut()
        return format == .ndjson && take(lines.takeRest())
    }

    /// Bytes that are held of what has come.
    package var heldBytes: Int { lines.pending + nameStore.count + dataStore.count }

    private var size: Int { lines.pending + nameStore.count + dataSize }

    private mutating func forgetHandedOut() {
        guard isHandedOut else { return }
        isHandedOut = false
        nameStore.removeAll()
        dataStore.removeAll()
        dataSize = 0
        hasData = false
        data = UnsafeBufferPointer(start: nil, count: 0)
    }

    /// Reads over one byte order mark at the very beginning (§9.2.6).
    private mutating func readMark(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) {
        while mark < 3, position < bytes.count {
            guard bytes[position] == Self.markByte(mark) else {
                // What looked like the beginning of one is text.
                for index in 0..<mark { lines.put(back: Self.markByte(index)) }
                mark = 3
                return
            }
            mark += 1
            position += 1
        }
    }

    private static func markByte(_ index: UInt8) -> UInt8 {
        index == 0 ? byteOrderMark.0 : index == 1 ? byteOrderMark.1 : byteOrderMark.2
    }

    // MARK: Lines

    /// True where the line ends an event.
    private mutating func take(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        switch format {
        case .sse: takeField(line)
        case .ndjson: takeText(line)
        }
    }

    private mutating func takeText(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard line.contains(where: { !Self.isBlank($0) }) else { return false }
        data = line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
        isHandedOut = true
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private mutating func takeField(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !line.isEmpty else { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        // A comment begins with it.
        if colon == 0 { return false }
        let field = UnsafeBufferPointer(rebasing: line[..<(colon ?? line.count)])
        var value = UnsafeBufferPointer(rebasing: line[(colon.map { $0 + 1 } ?? line.count)...])
        if value.first == UInt8(ascii: " ") { value = UnsafeBufferPointer(rebasing: value.dropFirst()) }
        if Self.isSame(field, "data") {
            dataSize += value.count + 1
            hasData = true
            if keepsData {
                dataStore.append(value)
                dataStore.append(UInt8(ascii: "\n"))
            }
        } else if Self.isSame(field, "event") {
            nameStore.removeAll()
            nameStore.append(value)
        }
        return false
    }

    /// An empty line: an event, where a field of data came.
    private mutating func dispatch() -> Bool {
        isHandedOut = true
        guard hasData else {
            forgetHandedOut()
            return false
        }
        data = UnsafeBufferPointer(rebasing: dataStore.bytes.dropLast())
        return true
    }

    /// Names of fields are told apart by case.
    private static func isSame(_ bytes: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
        bytes.count == name.utf8CodeUnitCount
            && bytes.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    package mutating func release() {
        lines.release()
        nameStore.release()
        dataStore.release()
    }
}

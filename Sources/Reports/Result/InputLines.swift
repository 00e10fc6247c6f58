#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file read line by line, so that only one line of it is in memory at a time.
final class InputLines {
    private let path: String
    private let descriptor: CInt
    /// What was read and not yet given, from `next` on.
    private var buffer: [UInt8] = []
    private var next = 0
    /// Small, since the logs of a thousand workers are read side by side.
    private static let piece = 1 << 13

    init(of path: String) throws(FileFailure) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path: path, operation: "open", code: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next line without its break; nil after the last one. What follows the last line break is passed over.
    func line() throws(FileFailure) -> ArraySlice<UInt8>? {
        var searched = next
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { next = end + 1 }
                return buffer[next..<end]
            }
            buffer.removeSubrange(..<next)
            next = 0
            searched = buffer.count
            guard try readMore() else { return nil }
        }
    }

    private func readMore() throws(FileFailure) -> Bool {
        let length = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.piece))
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + length }, Self.piece)
            }
            if count < 0, errno == EINTR { continue }
            let code = errno
            buffer.removeSubrange((length + max(0, count))...)
            guard count >= 0 else { throw FileFailure(path: path, operation: "read", code: code) }
            return count > 0
        }
    }
}

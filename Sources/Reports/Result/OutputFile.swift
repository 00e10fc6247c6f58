#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file that could not be written or read.
public struct FileFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file as it was named.
    public var path: String
    /// What was tried, e.g. `write`.
    public var operation: String
    /// The system's error number (errno).
    public var code: Int32

    /// `can't write reports/result.json: No space left on device`
    public var description: String { "can't \(operation) \(path): \(String(cString: strerror(code)))" }
}

/// A file open for writing; closed when it goes.
struct OutputFile: ~Copyable {
    private let descriptor: CInt
    private let path: String

    /// Opens a file.
    ///
    /// - Parameter exclusive: The file must not exist yet; else it is made, or emptied.
    init(path: String, exclusive: Bool) throws(FileFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (exclusive ? O_EXCL : O_TRUNC), 0o644)
        guard descriptor >= 0 else { throw FileFailure(path: path, operation: "open", code: errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(FileFailure) {
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                Self.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[offset...]))
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw FileFailure(path: path, operation: "write", code: errno)
            }
            offset += written
        }
    }

    /// Waits until the bytes are on the disk, which may say only now that it is full.
    func synchronise() throws(FileFailure) {
        // A pipe or a terminal can't be synchronised, and has nothing to lose.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw FileFailure(path: path, operation: "write", code: errno)
        }
    }

    // The method's own name would hide the system's call.
    private static func write(_ descriptor: CInt, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
            Musl.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    /// Writes a whole file at once: a reader sees the old file or the new one, never a part.
    static func replace(_ path: String, with bytes: [UInt8]) throws(FileFailure) {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).part"
        do {
            let file = try OutputFile(path: temporary, exclusive: true)
            try file.write(bytes)
            try file.synchronise()
        } catch {
            unlink(temporary)
            throw FileFailure(path: path, operation: error.operation, code: error.code)
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw FileFailure(path: path, operation: "write", code: code)
        }
    }
}

internal import Credentials
internal import Glibc

/// A file as it was found on the disk.
enum FileContent {
    case text([UInt8], size: Int)
    /// The whole content of a small one, for key files.
    case binary([UInt8])
    case tooLarge(Int)
    /// No regular file: a symbolic link, a socket, a folder.
    case special
    /// Listed, but not there: deleted since, or left out by a sparse checkout.
    case absent
    case unreadable(String)

    /// Reads the file at the path; links are not followed.
    static func read(_ path: String, maximumBytes: Int) -> FileContent {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return .absent
            case ELOOP, ENXIO: return .special
            default: return .unreadable(String(cString: strerror(errno)))
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .unreadable(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .special }
        let size = Int(status.st_size)
        guard size <= maximumBytes else {
            guard let head = bytes(descriptor, count: SourceText.probedBytes) else {
                return .unreadable("it can't be read")
            }
            return SourceText(head) == .binary ? .binary([]) : .tooLarge(size)
        }
        // It may grow while it is read; what came after the look at its size is not searched.
        guard let content = bytes(descriptor, count: size) else { return .unreadable(String(cString: strerror(errno))) }
        switch SourceText(content) {
        case .text(let text): return .text(text, size: content.count)
        case .binary: return .binary(content)
        }
    }

    private static func bytes(_ descriptor: Int32, count: Int) -> [UInt8]? {
        var failed = false
        let result = [UInt8](unsafeUninitializedCapacity: count) { space, filled in
            while filled < count, let base = space.baseAddress {
                let length = Glibc.read(descriptor, base + filled, count - filled)
                if length < 0, errno == EINTR { continue }
                failed = length < 0
                guard length > 0 else { break }
                filled += length
            }
        }
        return failed ? nil : result
    }
}

import Foundation
import Glibc

/// A file without a name, for what a program prints.
struct ScratchFile {
    /// For reading and writing; open until the end of this process.
    let descriptor: Int32

    /// Makes it.
    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/loadgate-\(UUID().uuidString)"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EngineRefusal(description: "can't make a temporary file: \(String(cString: strerror(errno)))")
        }
        unlink(path)
    }

    /// What stands in it, the first 64 KiB.
    var text: String {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Its first line once that is whole.
    var firstLine: String? {
        guard let end = text.firstIndex(of: "\n") else { return nil }
        return String(text[..<end])
    }
}

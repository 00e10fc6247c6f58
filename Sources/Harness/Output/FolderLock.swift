import CLinux
import Foundation
import Glibc

/// Keeps a folder of results for one process. The lock ends with the process, whatever ends that.
package final class FolderLock {
    /// Another process writes there.
    package struct InUse: Error, CustomStringConvertible {
        /// The folder, as the user named it.
        package var folder: String
        /// The other process; nil where it didn't leave its id.
        package var process: Int32?

        package var description: String {
            let holder = process.map { "process \($0)" } ?? "another process"
            return "\(folder) is being written by \(holder): wait for its end, or name another folder with --out"
        }
    }

    private let path: String
    private let descriptor: Int32

    /// Takes the lock of a folder that exists.
    ///
    /// - Throws: `InUse`.
    init(_ folder: String) throws(InUse) {
        path = folder + "/.lock"
        descriptor = try Self.take(path, folder)
        let text = Array("\(getpid())\n".utf8)
        // Where the disk is full the lock holds all the same.
        if ftruncate(descriptor, 0) == 0 { _ = write(descriptor, text, text.count) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        unlink(path)
        close(descriptor)
    }

    /// A locked descriptor; -1 where the file system has no locks, or no room for the file: then nothing is locked.
    private static func take(_ path: String, _ folder: String) throws(InUse) -> Int32 {
        // The file may be removed by its holder between the two calls; then it is made again.
        for _ in 0..<10 {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { return -1 }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(descriptor) }
                if errno != EWOULDBLOCK { return -1 }
                throw InUse(folder: folder, process: holder(descriptor))
            }
            var own = stat()
            var named = stat()
            if fstat(descriptor, &own) == 0, lstat(path, &named) == 0, own.st_ino == named.st_ino { return descriptor }
            close(descriptor)
        }
        return -1
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Int32(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber })
    }
}

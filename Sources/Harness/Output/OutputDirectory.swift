package import Foundation
import Generator
import Glibc

/// The folder that a run leaves its results in.
package struct OutputDirectory {
    /// The folder's path, as the user sees it.
    package let path: String
    /// Holds the folder for this process as long as the value lives.
    private let lock: FolderLock

    /// Makes the folder: the named one, or `reports/<name>-<UTC time>`, and then lets `reports/latest` point to it.
    ///
    /// - Throws: `SystemError`, or `FolderLock.InUse` where another process writes there.
    package init(named: String?, scenario: String, started: Date) throws {
        if let named {
            path = named
            try Self.make(named)
            lock = try FolderLock(named)
            return
        }
        try Self.make("reports")
        path = try Self.makeNew("reports/\(Self.fileName(scenario))-\(Self.stamp(started))")
        lock = try FolderLock(path)
        try Self.point("reports/latest", to: String(path.dropFirst("reports/".count)))
    }

    /// A file in the folder.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Makes a folder and those above it, where they aren't there yet.
    package static func make(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            // The system's own words say it better than the error of FileManager.
            if mkdir(path, 0o755) == 0 { return }
            throw SystemError(code: errno, doing: "can't make the folder \(path)")
        }
    }

    /// Two runs of one second get a folder each.
    private static func makeNew(_ base: String) throws -> String {
        for attempt in 1...100 {
            let path = attempt == 1 ? base : "\(base)-\(attempt)"
            if mkdir(path, 0o755) == 0 { return path }
            guard errno == EEXIST else { break }
        }
        throw SystemError(code: errno, doing: "can't make the folder \(base)")
    }

    /// By a new link that takes the old one's place, so that there is one at any time, and two runs don't collide.
    private static func point(_ link: String, to destination: String) throws {
        let fresh = "\(link).\(getpid())"
        unlink(fresh)
        guard symlink(destination, fresh) == 0, rename(fresh, link) == 0 else {
            let code = errno
            unlink(fresh)
            throw SystemError(code: code, doing: "can't make the link \(link)")
        }
    }

    private static func fileName(_ name: String) -> String {
        let safe = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }
        return safe.isEmpty ? "run" : String(safe.prefix(60))
    }

    private static func stamp(_ date: Date) -> String {
        var format = Date.ISO8601FormatStyle(timeZone: .gmt)
        format = format.year().month().day().dateSeparator(.omitted).time(includingFractionalSeconds: false)
            .timeSeparator(.omitted)
        return date.formatted(format) + "Z"
    }
}

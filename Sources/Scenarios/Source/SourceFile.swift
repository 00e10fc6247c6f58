import Foundation

/// Reads whole regular files; what goes wrong is said in words that need no error code.
package enum SourceFile {
    /// Why a file can't be read.
    package struct Unreadable: Error {
        package var reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// The file's bytes.
    package static func read(_ path: String, maximumBytes: Int) throws(Unreadable) -> [UInt8] {
        let (resolved, attributes) = try regular(path)
        guard let size = attributes[.size] as? NSNumber, size.intValue <= maximumBytes else {
            throw Unreadable(reason: "it is larger than \(maximumBytes >> 20) MiB")
        }
        guard let data = FileManager.default.contents(atPath: resolved) else {
            throw Unreadable(reason: "no permission to read it")
        }
        return Array(data)
    }

    /// Refuses a file that could not be read; reads nothing of it.
    package static func check(_ path: String) throws(Unreadable) {
        let (resolved, _) = try regular(path)
        guard FileManager.default.isReadableFile(atPath: resolved) else {
            throw Unreadable(reason: "no permission to read it")
        }
    }

    private static func regular(
        _ path: String
    ) throws(Unreadable) -> (resolved: String, attributes: [FileAttributeKey: Any]) {
        let attributes: [FileAttributeKey: Any]
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: resolved)
        } catch {
            throw Unreadable(reason: "no such file")
        }
        switch attributes[.type] as? FileAttributeType {
        case .typeRegular?: return (resolved, attributes)
        case .typeDirectory?: throw Unreadable(reason: "it is a folder")
        default: throw Unreadable(reason: "it is not a regular file")
        }
    }

    /// The path, where relative seen from the folder.
    package static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }

    /// The same for people: a folder that is left again at once is taken out. Not for opening, since behind a symbolic link
    /// lies another file.
    package static func shown(_ path: String, in folder: String) -> String {
        var parts: [Substring] = []
        for part in Self.path(path, in: folder).split(separator: "/", omittingEmptySubsequences: false) {
            if part == "..", let last = parts.last, !["", ".", ".."].contains(last) {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// The text of UTF-8 bytes without a byte order mark, or the location of the first byte that is no UTF-8.
    package static func text(_ bytes: [UInt8]) -> Result<String, NotUTF8> {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        if let text = String(validating: body, as: UTF8.self) { return .success(text) }
        var decoder = UTF8()
        var iterator = body.makeIterator()
        var location = TextLocation(line: 1, column: 1)
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            location = scalar == "\n" ? TextLocation(line: location.line + 1, column: 1) : location
            if scalar != "\n" { location.column += 1 }
        }
        return .failure(NotUTF8(location: location))
    }

    /// Bytes that are no UTF-8 text.
    package struct NotUTF8: Error {
        package var location: TextLocation
    }
}

internal import FoundationEssentials

/// `result.json`: written at once and whole, with sorted keys, so that two results compare line by line.
public enum ResultFile {
    /// A result that can't be read as one.
    public struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
        /// The file as it was named.
        public var path: String
        /// What is wrong with it.
        public var reason: String

        /// `reports/latest/result.json is no result: …`
        public var description: String { "\(path) is not a result: \(reason)" }

        /// Of a log that was ended before its first line was whole.
        static func empty(_ path: String) -> Malformed { Malformed(path: path, reason: "it has no complete line") }
    }

    /// The result as JSON, indented, a line break at its end.
    public static func json(of result: RunResult) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(result), as: UTF8.self) + "\n"
    }

    /// Writes a result in the place of what was there, by a temporary file beside it that is renamed.
    ///
    /// - Throws: `FileFailure`, for example where the folder is missing or the disk is full; then nothing has changed.
    public static func write(_ result: RunResult, to path: String) throws {
        try OutputFile.replace(path, with: Array(json(of: result).utf8))
    }

    /// Reads a result. Keys that this version doesn't know are passed over.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `Malformed` where it holds no result of this version.
    public static func read(_ path: String) throws -> RunResult {
        let data = Data(try InputFile.bytes(of: path))
        struct Version: Decodable {
            var version: Int
        }
        do {
            let version = try JSONDecoder().decode(Version.self, from: data).version
            guard version == RunResult.formatVersion else {
                throw Malformed(path: path, reason: "its version is \(version), this Loadgate reads version 1")
            }
            return try JSONDecoder().decode(RunResult.self, from: data)
        } catch let error as DecodingError {
            throw Malformed(path: path, reason: error.reason)
        }
    }
}

extension DecodingError {
    /// Where and what, in one line.
    var reason: String {
        let (context, what): (Context, String) =
            switch self {
            case .typeMismatch(let type, let context): (context, "no \(type)")
            case .valueNotFound(let type, let context): (context, "no \(type)")
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .dataCorrupted(let context): (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let location = context.codingPath.map(\.stringValue).joined(separator: ".")
        return location.isEmpty ? what : "\(location): \(what)"
    }
}

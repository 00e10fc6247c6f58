internal import FoundationEssentials

/// `progress.jsonl`: a header, then a line a second, each written as soon as it is there, so that a killed run loses one
/// second at most.
public struct ProgressLog: ~Copyable {
    private let file: OutputFile

    /// Begins a log with its header; an older one in its place is emptied.
    ///
    /// - Throws: `FileFailure`.
    public init(path: String, header: ProgressHeader) throws {
        let opened = try OutputFile(path: path, exclusive: false)
        try opened.write(Self.line(header))
        file = opened
    }

    /// Writes the next second.
    ///
    /// - Throws: `FileFailure`, for example where the disk is full.
    public func append(_ line: ProgressLine) throws { try file.write(Self.line(line)) }

    private static func line(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// A log as it was read.
    public struct Contents: Equatable, Sendable {
        /// What the seconds belong to.
        public var header: ProgressHeader
        /// The seconds, in the order of the file.
        public var lines: [ProgressLine]
    }

    /// Reads a log. A last line without its line break, which a killed run leaves, is passed over.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where a whole line is no line of a log.
    public static func read(_ path: String) throws -> Contents {
        let bytes = try InputFile.bytes(of: path)
        var texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last line break is empty, or was cut off.
        texts.removeLast()
        guard let first = texts.first else { throw ResultFile.Malformed(path: path, reason: "it has no whole line") }
        func decode<Value: Decodable>(_ text: ArraySlice<UInt8>, number: Int) throws -> Value {
            do {
                return try JSONDecoder().decode(Value.self, from: Data(text))
            } catch let error as DecodingError {
                throw ResultFile.Malformed(path: path, reason: "line \(number): \(error.reason)")
            }
        }
        let header: ProgressHeader = try decode(first, number: 1)
        let lines: [ProgressLine] = try texts.dropFirst().enumerated().map { try decode($1, number: $0 + 2) }
        return Contents(header: header, lines: lines)
    }
}

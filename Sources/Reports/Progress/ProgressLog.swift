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

    /// Writes the last line, when the load has ended.
    ///
    /// - Throws: `FileFailure`.
    public func append(_ end: ProgressEnd) throws { try file.write(Self.line(EndLine(end: end))) }

    fileprivate struct EndLine: Codable {
        var end: ProgressEnd
    }

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
        /// What is known of the load's end; nil where the run was killed before it, or is still going on.
        public var end: ProgressEnd?
    }

    /// The most faults of a log that are told.
    private static let faultLimit = 10

    /// Reads a log. A last line without its line break, which a killed run leaves, is passed over.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where whole lines are no lines of a log:
    ///   each with its number.
    public static func read(_ path: String) throws -> Contents {
        let bytes = try InputFile.bytes(of: path)
        var texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last line break is empty, or was cut off.
        texts.removeLast()
        guard let first = texts.first else { throw ResultFile.Malformed(path: path, reason: "it has no whole line") }
        let header: ProgressHeader
        do {
            header = try JSONDecoder().decode(ProgressHeader.self, from: Data(first))
        } catch let error as DecodingError {
            throw ResultFile.Malformed(path: path, reason: "line 1: \(error.reason)")
        }
        guard header.version == RunResult.formatVersion else {
            throw ResultFile.Malformed(
                path: path, reason: "line 1: its version is \(header.version), this Loadgate reads version 1")
        }
        var contents = Contents(header: header, lines: [])
        var faults: [String] = []
        for (number, text) in texts.enumerated().dropFirst() {
            if let fault = contents.take(text) { faults.append("line \(number + 1): \(fault)") }
        }
        guard faults.isEmpty else {
            let more = faults.count > faultLimit ? "; and \(faults.count - faultLimit) more" : ""
            throw ResultFile.Malformed(path: path, reason: faults.prefix(faultLimit).joined(separator: "; ") + more)
        }
        return contents
    }
}

extension ProgressLog.Contents {
    /// Takes the next line; gives what is wrong with it.
    fileprivate mutating func take(_ text: ArraySlice<UInt8>) -> String? {
        let data = Data(text)
        guard end == nil else { return "it stands behind the load's end" }
        do {
            let line = try JSONDecoder().decode(ProgressLine.self, from: data)
            if let fault = line.fault(after: lines.last) { return fault }
            lines.append(line)
            return nil
        } catch let error as DecodingError {
            if let last = try? JSONDecoder().decode(ProgressLog.EndLine.self, from: data) {
                end = last.end
                return nil
            }
            return error.reason
        } catch {
            return "\(error)"
        }
    }
}

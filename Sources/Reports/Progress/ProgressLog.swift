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

    /// The last line.
    struct EndLine: Codable {
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

    /// Reads a log into memory. A last line without its line break, which a killed run leaves, is passed over.
    ///
    /// - Throws: As `scan`.
    public static func read(_ path: String) throws -> Contents {
        var contents: Contents?
        try scan(path) { part in
            switch part {
            case .header(let header): contents = Contents(header: header, lines: [])
            case .second(let line): contents?.lines.append(line)
            case .end(let end): contents?.end = end
            }
        }
        guard let contents else { throw ResultFile.Malformed.empty(path) }
        return contents
    }

    /// The header of a log.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where it doesn't begin as a log.
    public static func header(of path: String) throws -> ProgressHeader { try ProgressReader(path).header }

    /// A line of a log.
    public enum Part {
        /// The first one.
        case header(ProgressHeader)
        /// One of a second.
        case second(ProgressLine)
        /// The last one, of a load that ended.
        case end(ProgressEnd)
    }

    /// The most faults of a log that are told.
    private static let faultLimit = 10

    /// Goes through a log line by line: one of a long run is larger than it has to be in memory.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where whole lines are no lines of a log:
    ///   each with its number.
    public static func scan(_ path: String, _ take: (Part) -> Void) throws {
        let reader = try ProgressReader(path)
        take(.header(reader.header))
        var faults: [String] = []
        while let line = try reader.next() {
            switch line {
            // With a fault all of it is lost; the rest is read for its faults only.
            case .success(let part): if faults.isEmpty { take(part) }
            case .failure(let fault): faults.append(fault.description)
            }
        }
        guard faults.isEmpty else {
            let more = faults.count > faultLimit ? "; and \(faults.count - faultLimit) more" : ""
            throw ResultFile.Malformed(path: path, reason: faults.prefix(faultLimit).joined(separator: "; ") + more)
        }
    }

    /// True where a log says how its load ended. One that can't be read says nothing.
    static func hasEnd(_ path: String) -> Bool {
        var hasEnd = false
        do { try scan(path) { if case .end = $0 { hasEnd = true } } } catch { return false }
        return hasEnd
    }
}

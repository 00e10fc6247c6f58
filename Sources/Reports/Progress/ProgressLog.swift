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

    private struct EndLine: Codable {
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
        guard let contents else { throw ResultFile.Malformed(path: path, reason: "it has no complete line") }
        return contents
    }

    /// The header of a log.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where it doesn't begin as a log.
    public static func header(of path: String) throws -> ProgressHeader {
        var found: ProgressHeader?
        try InputFile.eachLine(of: path) { text in
            found = try header(text, path: path)
            return false
        }
        guard let found else { throw ResultFile.Malformed(path: path, reason: "it has no complete line") }
        return found
    }

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
        var number = 0
        var second: Int?
        var isEnded = false
        var faults: [String] = []
        try InputFile.eachLine(of: path) { text in
            number += 1
            guard number > 1 else {
                take(.header(try header(text, path: path)))
                return true
            }
            do throws(LineFault) {
                guard !isEnded else { throw LineFault(reason: "it comes after the end of the load") }
                let part = try self.part(text, after: second)
                switch part {
                case .second(let line): second = line.second
                case .end: isEnded = true
                case .header: break
                }
                // With a fault all of it is lost; the rest is read for its faults only.
                if faults.isEmpty { take(part) }
            } catch {
                faults.append("line \(number): \(error.reason)")
                // One that can't be read stood for a second, too: the lines after it are not at fault for that.
                second = error.second ?? (second ?? -1) &+ 1
            }
            return true
        }
        guard number > 0 else { throw ResultFile.Malformed(path: path, reason: "it has no complete line") }
        guard faults.isEmpty else {
            let more = faults.count > faultLimit ? "; and \(faults.count - faultLimit) more" : ""
            throw ResultFile.Malformed(path: path, reason: faults.prefix(faultLimit).joined(separator: "; ") + more)
        }
    }

    private struct LineFault: Error {
        var reason: String
        /// The second that the line says it is of.
        var second: Int?
    }

    private static func header(_ text: ArraySlice<UInt8>, path: String) throws -> ProgressHeader {
        do {
            let header = try JSONDecoder().decode(ProgressHeader.self, from: Data(text))
            guard header.version == RunResult.formatVersion else {
                throw ResultFile.Malformed(
                    path: path, reason: "line 1: its version is \(header.version), this Loadgate reads version 1")
            }
            return header
        } catch let error as DecodingError {
            throw ResultFile.Malformed(path: path, reason: "line 1: \(error.reason)")
        }
    }

    /// A line behind the header.
    private static func part(_ text: ArraySlice<UInt8>, after second: Int?) throws(LineFault) -> Part {
        let data = Data(text)
        do {
            let line = try JSONDecoder().decode(ProgressLine.self, from: data)
            if let fault = line.fault(after: second) { throw LineFault(reason: fault, second: line.second) }
            return .second(line)
        } catch let error as LineFault {
            throw error
        } catch {
            if let last = try? JSONDecoder().decode(EndLine.self, from: data) { return .end(last.end) }
            throw LineFault(reason: (error as? DecodingError)?.reason ?? "\(error)")
        }
    }
}

internal import FoundationEssentials

/// Reads a progress log line by line. A last line without its line break, which a killed run leaves, is passed over.
final class ProgressReader {
    /// What the seconds belong to. Whoever reads many logs of one load may put one that says the same in its place.
    var header: ProgressHeader
    private let lines: InputLines
    private var number = 1
    private var second: Int?
    private var isEnded = false

    /// A line that is no line of a log.
    struct Fault: Error, CustomStringConvertible {
        /// Its number, from 1.
        var line: Int
        /// What is wrong.
        var reason: String

        var description: String { "line \(line): \(reason)" }
    }

    /// Opens a log and reads its header.
    ///
    /// - Throws: `FileFailure` where the file can't be read, `ResultFile.Malformed` where it doesn't begin as a log.
    init(_ path: String) throws {
        lines = try InputLines(of: path)
        guard let text = try lines.line() else { throw ResultFile.Malformed.empty(path) }
        do {
            header = try JSONDecoder().decode(ProgressHeader.self, from: Data(text))
        } catch let error as DecodingError {
            throw ResultFile.Malformed(path: path, reason: "line 1: \(error.reason)")
        }
        guard header.version == RunResult.formatVersion else {
            throw ResultFile.Malformed(
                path: path, reason: "line 1: its version is \(header.version), this Loadgate reads version 1")
        }
    }

    /// The next line; nil after the last one.
    func next() throws(FileFailure) -> Result<ProgressLog.Part, Fault>? {
        guard let text = try lines.line() else { return nil }
        number += 1
        do throws(Unreadable) {
            guard !isEnded else { throw Unreadable(reason: "it comes after the end of the load") }
            let part = try part(text)
            switch part {
            case .second(let line): second = line.second
            case .end: isEnded = true
            case .header: break
            }
            return .success(part)
        } catch {
            // One that can't be read stood for a second, too: the lines after it are not at fault for that.
            second = error.second ?? (second ?? -1) &+ 1
            return .failure(Fault(line: number, reason: error.reason))
        }
    }

    private struct Unreadable: Error {
        var reason: String
        /// The second that the line says it is of.
        var second: Int?
    }

    /// A line behind the header.
    private func part(_ text: ArraySlice<UInt8>) throws(Unreadable) -> ProgressLog.Part {
        let data = Data(text)
        do {
            let line = try JSONDecoder().decode(ProgressLine.self, from: data)
            if let fault = line.fault(after: second) { throw Unreadable(reason: fault, second: line.second) }
            return .second(line)
        } catch let error as Unreadable {
            throw error
        } catch {
            if let last = try? JSONDecoder().decode(ProgressLog.EndLine.self, from: data) { return .end(last.end) }
            throw Unreadable(reason: (error as? DecodingError)?.reason ?? "\(error)")
        }
    }
}

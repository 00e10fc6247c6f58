internal import Measures
internal import VerificationKit

/// The workers of one load, in the order of their segments.
struct WorkerSet {
    /// One for each segment that left a log.
    private(set) var workers: [WorkerLog]
    /// How many segments the load was dealt to.
    let count: Int
    /// The segments of which there is no folder.
    let missing: [Int]
    /// How far apart the first and the last start were, by the machines' clocks.
    let skew: Span
    /// What was passed over, and why.
    private(set) var notes: [String] = []

    /// Opens the logs of folders and holds them against each other.
    ///
    /// - Parameter allowedSkew: How far apart their starts may be.
    /// - Throws: `MergeRefusal` with all that keeps them from being one load.
    init(_ folders: [String], allowedSkew: Span) throws {
        var problems: [String] = []
        var logs: [WorkerLog] = []
        var strangers: [String] = []
        for folder in folders {
            do {
                let log = try WorkerLog(folder)
                if let first = logs.first {
                    let differences = log.header.differences(from: first.header)
                    if differences.isEmpty { log.share(first.header) }
                    strangers += differences.map { "\(folder) is of another run than \(first.folder): \($0)" }
                }
                logs.append(log)
            } catch let failure as FileFailure {
                problems.append("\(failure)")
            } catch let malformed as ResultFile.Malformed {
                problems.append("\(malformed)")
            }
        }
        guard let first = logs.first else { throw MergeRefusal(problems: problems) }
        if logs.count > 1 {
            problems += logs.filter { $0.header.worker == nil }.map {
                "\($0.folder) holds a whole run, not a segment of one: it was run without --segment"
            }
        }
        problems += strangers
        guard problems.isEmpty else { throw MergeRefusal(problems: problems) }
        count = first.record.count
        problems += logs.filter { !(0..<first.record.count).contains($0.record.segment) }.map {
            "\($0.path) says that it is of segment \($0.record.shown), which there is not"
        }
        let chosen = Self.oneEach(logs, &notes, &problems)
        workers = chosen
        let known = Set(chosen.map(\.record.segment))
        missing = (0..<max(1, first.record.count)).filter { !known.contains($0) }
        let starts = chosen.map(\.record.began)
        let (earliest, latest) = (starts.min() ?? 0, starts.max() ?? 0)
        // Of clocks that are centuries apart even the difference may be none.
        let apart = latest.subtractingReportingOverflow(earliest)
        let micro = apart.overflow || apart.partialValue > Self.farthest ? Self.farthest : apart.partialValue
        skew = Span(nanoseconds: micro * 1_000)
        if problems.isEmpty, skew > allowedSkew, let last = chosen.first(where: { $0.record.began == latest }) {
            problems.append(
                "the loads did not begin together: worker \(last.record.shown) (\(last.folder)\(Self.host(last))) began "
                    + "\(Self.shown(skew)) after the first, \(Self.shown(allowedSkew)) is allowed; merge them all the same with "
                    + "--max-skew \(Int(skew.milliseconds.rounded(.up)))ms, where that is meant")
        }
        guard problems.isEmpty else { throw MergeRefusal(problems: problems) }
    }

    /// Farther apart than any two starts, in microseconds: 100 years.
    private static let farthest: Int64 = 100 * 366 * 86_400 * 1_000_000

    private static func host(_ log: WorkerLog) -> String { log.record.host.isEmpty ? "" : " on \(log.record.host)" }

    private static func shown(_ span: Span) -> String {
        span.seconds >= 10
            ? "\(Figure.short(span.seconds, decimals: 1)) s" : "\(Figure.short(span.milliseconds, decimals: 1)) ms"
    }

    /// One log for each segment. An engine may have started a worker twice: the one that came to its end is meant.
    private static func oneEach(
        _ logs: [WorkerLog], _ notes: inout [String], _ problems: inout [String]
    ) -> [WorkerLog] {
        var chosen: [WorkerLog] = []
        for (segment, rivals) in Dictionary(grouping: logs, by: \.record.segment).sorted(by: { $0.key < $1.key }) {
            guard rivals.count > 1 else {
                chosen += rivals
                continue
            }
            let whole = rivals.filter { ProgressLog.hasEnd($0.path) }
            let folders = rivals.map(\.folder).joined(separator: ", ")
            guard whole.count == 1, let only = whole.first else {
                let why = whole.isEmpty ? "none came to its end" : "\(whole.count) of them came to their end"
                problems.append(
                    "segment \(segment) is there \(rivals.count) times (\(folders)), and \(why): name one of them")
                continue
            }
            chosen.append(only)
            notes.append(
                "segment \(segment) was there \(rivals.count) times (\(folders)): only \(only.folder) came to its end, "
                    + "and is meant")
        }
        return chosen
    }
}

/// Why folders can't be merged.
public struct MergeRefusal: Error, CustomStringConvertible {
    /// All that is wrong, a sentence each.
    public var problems: [String]

    /// The problems, a line each.
    public var description: String { problems.joined(separator: "\n") }
}

internal import FoundationEssentials
internal import Measures

/// The log of one of the processes that share a load, followed while it grows: what its last seconds came to, and how its load ended.
/// Nothing is kept of the seconds before them.
struct FollowedLog {
    /// A second, as much of it as is shown.
    struct Second {
        var number: Int
        /// Exchanges that came to their end, those of warm-up too.
        var done: UInt64
        /// Measured arrivals that open load intended so far; nil where no stage was open yet.
        var intended: UInt64?
        /// Response times and start lags, of each step.
        var response: [SparseHistogram]
        var startLag: [SparseHistogram]
    }

    /// The seconds whose latencies and rates are shown together.
    static let shownSeconds = 5
    /// How much of a long log's end is read where only its last seconds are wanted.
    private var tail: Int64 = 1 << 16

    private(set) var file: GrowingFile
    /// What its seconds belong to, without the scenario's text; nil until it was read.
    private(set) var header: ProgressHeader?
    /// The last seconds, and the one before them.
    private(set) var recent: [Second] = []
    /// The last line, without what its steps came to.
    private(set) var last: ProgressLine?
    /// How the load ended; nil where it did not yet.
    private(set) var end: ProgressEnd?
    /// What was wrong with a line first, and how many such lines there were.
    private(set) var fault: String?
    private(set) var faults = 0
    private var hasPassedOver = false
    /// True until the header has come by.
    private var isFirstLine = true

    init(_ path: String) { file = GrowingFile(path) }

    /// Reads the first line, where it is there. Lines behind it may be read, too, but are given to nobody: they are read again.
    mutating func readHeader() -> GrowingFile.State {
        var probe = GrowingFile(file.path)
        var first: [UInt8]?
        var state = GrowingFile.State.same
        while first == nil, state == .same {
            let before = probe.offset
            state = probe.read(atMost: Int64(GrowingFile.piece)) { line in if first == nil { first = Array(line) } }
            if probe.overlong > 0 { note("it is longer than a header can be") }
            if probe.offset == before || probe.overlong > 0 { break }
        }
        guard state == .same, let first else { return state }
        do {
            var header = try JSONDecoder().decode(ProgressHeader.self, from: Data(first))
            if header.version != RunResult.formatVersion {
                note("its version is \(header.version), this Loadgate reads version \(RunResult.formatVersion)")
            }
            header.scenario.text = nil
            self.header = header
        } catch {
            note((error as? DecodingError)?.reason ?? "\(error)")
        }
        return .same
    }

    /// Reads what has come since.
    ///
    /// - Parameters:
    ///   - all: False where the last seconds suffice.
    ///   - bytes: How much is read at most; the rest comes the next time.
    ///   - take: Is given each second that was read.
    mutating func look(
        all: Bool, atMost bytes: Int64 = .max, _ take: (ProgressLine) -> Void
    ) -> GrowingFile.State {
        while true {
            let (start, wasFirstLine) = (file, isFirstLine)
            var (count, left) = (0, bytes)
            var before: Int64
            repeat {
                before = file.offset
                let jumps = file.jumps
                var lines: [ArraySlice<UInt8>] = []
                let state = file.read(atMost: Int64(GrowingFile.piece), tail: all ? nil : tail) { lines.append($0) }
                guard state == .same else { return state }
                if file.jumps > jumps { (hasPassedOver, isFirstLine) = (true, false) }
                // Of many lines that came at once the last ones tell all that is shown.
                let wanted = all ? lines[...] : lines.suffix(Self.shownSeconds + 3)
                if wanted.count < lines.count { (hasPassedOver, isFirstLine) = (true, false) }
                for line in wanted { self.take(line, take) }
                count += lines.count
                left -= Int64(GrowingFile.piece)
            } while !file.isReadToItsEnd && file.offset > before && left > 0
            // Where no line is as short as that, more of the end is wanted.
            guard file.jumps > start.jumps, count == 0, tail < Int64(GrowingFile.longestLine) else { return .same }
            (file, isFirstLine) = (start, wasFirstLine)
            tail *= 2
        }
    }

    /// Reads it from its beginning once more.
    mutating func rewind() {
        var again = FollowedLog(file.path)
        again.file = file
        again.file.rewind()
        again.header = header
        self = again
    }

    private mutating func take(_ text: ArraySlice<UInt8>, _ take: (ProgressLine) -> Void) {
        if isFirstLine {
            isFirstLine = false
            return
        }
        let data = Data(text)
        do {
            let line = try JSONDecoder().decode(ProgressLine.self, from: data)
            // Where lines were passed over, nobody knows which second comes next.
            let before = hasPassedOver ? line.second &- 1 : last?.second
            hasPassedOver = false
            if let fault = line.fault(after: before) ?? (end == nil ? nil : "it comes after the end of the load") {
                note(fault)
                if end == nil { last?.second = line.second }
                return
            }
            remember(line)
            take(line)
        } catch {
            if end == nil, let line = try? JSONDecoder().decode(ProgressLog.EndLine.self, from: data) {
                end = line.end
                // Messages and wrong answers are not shown here.
                end?.examples = []
                end?.excerpts = nil
                end?.wrongAnswers = []
                return
            }
            note((error as? DecodingError)?.reason ?? "\(error)")
        }
    }

    private mutating func remember(_ line: ProgressLine) {
        let steps = line.steps.filter { $0.isPart != true }
        func histograms(_ measure: LatencyMeasure) -> [SparseHistogram] {
            steps.compactMap { $0.latencies[measure.label] }
        }
        recent.append(
            Second(
                number: line.second, done: line.exchanges &+ line.warmup, intended: line.total.intended,
                response: histograms(.responseTime),
                startLag: line.startLag.map { [$0] }
                    ?? line.steps.compactMap { $0.latencies[LatencyMeasure.startLag.label] }))
        if recent.count > Self.shownSeconds + 1 { recent.removeFirst() }
        last = line.counts
    }

    private mutating func note(_ fault: String) {
        faults += 1
        if self.fault == nil { self.fault = fault }
    }
}

extension FollowedLog {
    /// The seconds that are shown.
    var shown: ArraySlice<Second> { recent.suffix(Self.shownSeconds) }

    /// Exchanges that ended a second, lately; nil where no second is known.
    var done: Double? {
        shown.isEmpty ? nil : Double(shown.reduce(0) { $0 &+ $1.done }) / Double(shown.count)
    }

    /// Arrivals a second that open load intended lately; nil where it intended none yet.
    var asked: Double? {
        guard let last = recent.last, let intended = last.intended else { return nil }
        // In warm-up, and before the first second, it intended none.
        let base = recent.last { $0.intended == nil } ?? (recent.count > Self.shownSeconds ? recent.first : nil)
        guard let first = base ?? (recent[0].number == 0 ? nil : recent.first) else {
            return Double(intended) / Double(last.number &+ 1)
        }
        let seconds = Double(last.number &- first.number)
        let before = first.intended ?? 0
        return seconds > 0 && intended >= before ? Double(intended - before) / seconds : nil
    }
}

internal import Measures
internal import Scenarios
import VerificationKit

/// How far a sample is from showing that events are rarer than a limit.
struct Lack {
    var events: UInt64
    var total: UInt64
    var limit: Double
    /// Samples that are still needed if events go on to occur as seen; nil where no practical number suffices.
    var more: UInt64?

    init(events: UInt64, of total: UInt64, below limit: Double) {
        self.events = events
        self.total = total
        self.limit = limit
        more = ConfidenceBound.samplesNeeded(events: events, of: total, below: limit).map { $0 - total }
    }

    /// The lack in words.
    var note: String {
        // 99.9 % subtracted from 1 leaves a rounding error of 1e-17, which is no limit.
        if limit <= 1e-12 {
            return "no number of samples can show a limit that leaves no room; `==` or a count judges what was seen"
        }
        guard let more else {
            return "too close to the limit: more than \(Figure.grouped(ConfidenceBound.searchLimit)) samples are needed"
        }
        guard more > 0 else { return "the bound is too close to the limit to be told from it" }
        let samples = more == 1 ? "1 more sample is" : "\(Figure.grouped(more)) more samples are"
        if events == 0 { return "\(samples) needed, if none of them breaks the limit" }
        return "about \(samples) needed, if as many break the limit as so far"
    }

    /// Why exchanges that the end of the run cut off, or iterations without an end, leave a verdict open.
    static func note(ofUnfinished count: UInt64, of measure: Objective.Measure) -> String {
        if measure == .iterationTime {
            let iterations = count == 1 ? "1 iteration" : "\(Figure.grouped(count)) iterations"
            return
                "\(iterations) came to no end, given up or cut off, and might change this: a longer "
                + "limits.graceful_stop lets them end that were cut off"
        }
        if measure.isOfBlocks {
            let blocks = count == 1 ? "1 that was begun has" : "\(Figure.grouped(count)) that were begun have"
            return
                "\(blocks) no such figure, since they were given up, cut off or not done within their rounds, and might "
                + "change this"
        }
        if measure == .firstEvent {
            let exchanges = count == 1 ? "1 exchange" : "\(Figure.grouped(count)) exchanges"
            return "\(exchanges) had no event, and might change this: errors says what became of them"
        }
        let exchanges = count == 1 ? "1 exchange was" : "\(Figure.grouped(count)) exchanges were"
        return
            "\(exchanges) cut off by the run's end and might change this: a longer limits.graceful_stop lets them end"
    }

    /// The greatest of several lacks in words; nil where there is none.
    static func note(of lacks: [Lack]) -> String? {
        lacks.max { ($0.more ?? .max) < ($1.more ?? .max) }?.note
    }
}

public import Measures

/// Reads of acknowledged writes while the load goes on: what was known and is not there is stale, unless it is lost.
public struct SampledReads: Sendable {
    /// A write that reads did not find.
    struct Miss: Sendable {
        /// How many reads.
        var count: Int
        /// The longest time from the acknowledgement to such a read.
        var age: Span
    }

    private var recent: [WriteLedger.Entry] = []
    private var index = 0
    private var random = SeededRandom(seed: 0x5eed)
    /// The greatest version seen of a write, and when that was known.
    private var versions: [UInt64: (version: Int, known: Instant)] = [:]
    private(set) var missed: [UInt64: Miss] = [:]
    /// Reads that had an older version than an earlier read.
    private(set) var staleVersions: UInt64 = 0
    private(set) var stalest: Span?

    /// Writes to choose from: the latest ones.
    private static let kept = 10_000

    /// No reads yet.
    public init() {}

    /// Takes writes that are on disk.
    public mutating func add(_ attempts: [Attempt]) {
        for attempt in attempts where attempt.outcome == .ok {
            let entry = WriteLedger.Entry(
                number: attempt.iteration, sent: attempt.sent, finished: attempt.finished, state: .acknowledged)
            if recent.count < Self.kept {
                recent.append(entry)
            } else {
                recent[index] = entry
                index = (index + 1) % Self.kept
            }
        }
    }

    /// Some writes to read now.
    public mutating func choose(_ count: Int) -> [WriteLedger.Entry] {
        guard !recent.isEmpty else { return [] }
        return (0..<min(count, recent.count)).map { _ in recent[Int(random.below(UInt64(recent.count)))] }
    }

    /// Takes what an answer said of a write.
    public mutating func take(_ answer: FinalRead.Answer, of entry: WriteLedger.Entry) {
        if answer.isFound == false, answer.sent >= entry.finished, missed.count < Self.kept {
            var miss = missed[entry.number] ?? Miss(count: 0, age: .zero)
            miss.count += 1
            miss.age = max(miss.age, answer.sent - entry.finished)
            missed[entry.number] = miss
        }
        guard let version = answer.version else { return }
        let known = versions[entry.number]
        if let known, version < known.version {
            // One that was sent before the newer one was known may have been served before it, too.
            if answer.sent >= known.known {
                staleVersions += 1
                stalest = max(stalest ?? .zero, answer.sent - known.known)
            }
            return
        }
        guard versions.count < Self.kept || known != nil, version > known?.version ?? .min else { return }
        versions[entry.number] = (version, answer.received)
    }
}

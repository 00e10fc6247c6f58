import Measures

/// What a reactor keeps of the exchanges that failed, and of each step's slowest. Bounded whatever happens: by number for each
/// step and outcome, and by number and bytes in all. Those that ended first are kept, so that what is kept depends on
/// what happened alone; where nothing fails, an exchange costs a comparison. A class, since a value with lists would be copied, and
/// they counted, wherever a request asks for one of its numbers.
final class EvidenceStore {
    /// Bytes of failed exchanges that are kept at most, but for the last one.
    static let byteBound = 8 << 20
    private static let outcomes = Outcome.allCases.count

    /// Of each step and outcome, and of each step's slowest, how many are kept.
    private let each: Int
    private let counts: UnsafeMutablePointer<UInt8>
    /// For each step the outcomes by a bad status of which some are still wanted (`Wanted`).
    private let wanted: UnsafeMutablePointer<Wanted>
    /// For each step the response time in nanoseconds beyond which an exchange is one of its slowest.
    private let limits: UnsafeMutablePointer<Int64>
    private(set) var failed: [KeptExchange] = []
    private(set) var slow: [KeptExchange] = []
    /// The first of a step's places in `slow`; −1: none yet.
    private var places: [Int32]
    private var bytes = 0
    private var isFull = false

    /// The request that is being looked at, rendered once more; and whether it was before its answer was judged, since that
    /// changes what it is made from.
    var request = ByteStore()
    var isRendered = false
    /// What a body or values are rendered into on the way.
    var scratch = ByteStore()
    /// Bytes that are no answer, while their exchange ends.
    var offending = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

    /// Outcomes that a status alone leads to, as far as more of them are wanted.
    struct Wanted: OptionSet, BitwiseCopyable {
        var rawValue: UInt8
        static let http4xx = Wanted(rawValue: 1)
        static let rateLimited = Wanted(rawValue: 2)
        static let http5xx = Wanted(rawValue: 4)
        static let other = Wanted(rawValue: 8)
        static let all: Wanted = [.http4xx, .rateLimited, .http5xx, .other]

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// What an unexpected status leads to.
        init(status: Int) {
            switch status {
            case 429: self = .rateLimited
            case 400...499: self = .http4xx
            case 500...599: self = .http5xx
            default: self = .other
            }
        }

        init(_ outcome: Outcome) {
            switch outcome {
            case .http4xx: self = .http4xx
            case .rateLimited: self = .rateLimited
            case .http5xx: self = .http5xx
            case .checkFailed: self = .other
            default: self = []
            }
        }
    }

    init(steps: Int) {
        each = ExchangeEvidence.each(ofSteps: steps)
        counts = .allocate(capacity: max(steps * Self.outcomes, 1))
        counts.initialize(repeating: 0, count: steps * Self.outcomes)
        wanted = .allocate(capacity: max(steps, 1))
        wanted.initialize(repeating: .all, count: steps)
        limits = .allocate(capacity: max(steps, 1))
        for step in 0..<steps {
            // Of a scenario with more steps than places only the first ones have some.
            (limits + step).initialize(to: (step + 1) * each <= ExchangeEvidence.bound ? -1 : .max)
        }
        places = Array(repeating: -1, count: steps)
    }

    func release() {
        counts.deallocate()
        wanted.deallocate()
        limits.deallocate()
        request.release()
        scratch.release()
    }

    // MARK: What is wanted

    /// True where an exchange that has ended is to be kept.
    @inline(__always)
    func concerns(_ exchange: Exchange, _ outcome: Outcome, finished: Instant) -> Bool {
        if outcome == .ok { return isSlow((finished - exchange.intended).nanoseconds, step: Int(exchange.step)) }
        return wants(outcome, of: Int(exchange.step))
    }

    /// True where so long a response time, in nanoseconds, is among the step's longest.
    @inline(__always)
    func isSlow(_ time: Int64, step: Int) -> Bool { time > limits[step] }

    /// The response time in nanoseconds beyond which an exchange is one of the step's slowest.
    func limit(of step: Int) -> Int64 { limits[step] }

    /// True while exchanges of a step that end so are kept.
    func wants(_ outcome: Outcome, of step: Int) -> Bool {
        !isFull && counts[step * Self.outcomes + Int(outcome.rawValue)] < each
    }

    /// The outcomes by status of a step of which some are still wanted.
    func wantedStatuses(of step: Int) -> Wanted { isFull ? [] : wanted[step] }

    // MARK: Keeping

    /// What an exchange is kept in, empty but for what is given here; to be put in its place by `keep`.
    func begin(_ exchange: Exchange, _ outcome: Outcome, finished: Instant) -> KeptExchange {
        var kept = KeptExchange()
        if outcome == .ok {
            // The memory of the one that it takes the place of.
            swap(&kept, &slow[slowPlace(Int(exchange.step))])
            kept.removeAll()
            kept.kind = .slow
        }
        (kept.exchange, kept.outcome, kept.finished) = (exchange, outcome, finished)
        return kept
    }

    /// Keeps what `begin` gave.
    func keep(_ kept: consuming KeptExchange) {
        let step = Int(kept.exchange.step)
        let outcome = kept.outcome
        guard outcome == .ok else {
            bytes += kept.size
            failed.append(kept)
            isFull = failed.count >= ExchangeEvidence.bound || bytes >= Self.byteBound
            counts[step * Self.outcomes + Int(outcome.rawValue)] += 1
            if !wants(outcome, of: step) { wanted[step].remove(Wanted(outcome)) }
            return
        }
        slow[slowPlace(step)] = kept
        limits[step] = slow[slowPlace(step)].time
    }

    /// The index of the fastest of a step's slowest.
    private func slowPlace(_ step: Int) -> Int {
        if places[step] < 0 {
            places[step] = Int32(slow.count)
            slow.append(contentsOf: (0..<each).map { _ in KeptExchange() })
        }
        let first = Int(places[step])
        return (first..<(first + each)).min { slow[$0].time < slow[$1].time } ?? first
    }
}

extension KeptExchange {
    /// The response time in nanoseconds; below zero for a place without an exchange.
    fileprivate var time: Int64 { finished.nanoseconds == 0 ? -1 : (finished - exchange.intended).nanoseconds }
}

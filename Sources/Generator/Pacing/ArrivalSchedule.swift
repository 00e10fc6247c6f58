import Measures
import Scenarios

#if canImport(Glibc)
    import Glibc
#endif

/// When the arrivals of an open stage are due: a pure function of the stage.
///
/// With a rate that goes linearly from a to b in the time T, N(t) = a·t + (b − a)·t² / 2T arrivals are expected up to t.
/// Evenly spaced, arrival k (from 0) is due where N(t) = k. A Poisson process of changing rate is one of rate 1 on the
/// scale of N (Çınlar, "Introduction to Stochastic Processes", 1975, §4.7), so there arrival k is due where N(t) equals
/// the sum of k + 1 exponential distances of mean 1.
struct ArrivalSchedule: Sendable {
    let from: Double
    let to: Double
    let seconds: Double
    let spacing: ArrivalStage.Spacing
    let seed: UInt64

    init(_ stage: ArrivalStage, seed: UInt64) {
        from = stage.from
        to = stage.to
        seconds = Span(stage.duration).seconds
        spacing = stage.spacing
        self.seed = seed
    }

    /// The number of arrivals expected up to `time` seconds, N(t).
    func expected(upTo time: Double) -> Double {
        let time = min(max(time, 0), seconds)
        return from * time + (to - from) * time * time / (2 * seconds)
    }

    /// The time in seconds at which `expected(upTo:)` reaches `level`; nil beyond the stage's end.
    func time(ofLevel level: Double) -> Double? {
        guard level <= expected(upTo: seconds) else { return nil }
        guard level > 0 else { return 0 }
        // The root of N(t) = level in the form that doesn't cancel: t = 2·level / (a + √(a² + 2(b − a)·level / T)).
        let root = max(0, from * from + 2 * (to - from) * level / seconds).squareRoot()
        return 2 * level / (from + root)
    }

    /// How many evenly spaced arrivals the stage has up to `time` seconds: those due before it.
    func evenCount(before time: Double) -> Int {
        // 0.1 × 30 is 3.0000000000000004: a hair above a whole number is that number.
        let level = expected(upTo: time)
        return Int((level - level * 1e-12).rounded(.up))
    }

    /// A cursor over the arrivals that belong to one of `stride` parts: those whose number is `part` modulo `stride`.
    func cursor(part: Int, stride: Int) -> ArrivalCursor {
        ArrivalCursor(schedule: self, part: part, stride: stride)
    }

    /// How many arrivals are due before `time` seconds, over all parts.
    func count(before time: Double) -> Int {
        switch spacing {
        case .even: return evenCount(before: time)
        case .poisson:
            var cursor = cursor(part: 0, stride: 1)
            var count = 0
            while let arrival = cursor.next(), arrival.offset.seconds < time { count += 1 }
            return count
        }
    }
}

/// One arrival of a schedule.
struct Arrival: Equatable, Sendable {
    /// Its number in the stage, from 0.
    var number: Int
    /// When it is due, from the stage's start.
    var offset: Span
}

/// Goes through the arrivals of one part of a schedule, in order.
struct ArrivalCursor: IteratorProtocol, Sendable {
    private let schedule: ArrivalSchedule
    private let stride: Int
    private let end: Int
    private var number: Int
    /// Poisson: the sum of the exponential distances up to and including arrival `drawn − 1`.
    private var level = 0.0
    private var drawn = 0
    /// Where the load was changed by hand; nil: it is as planned.
    private var paced: PacedLevel?

    init(schedule: ArrivalSchedule, part: Int, stride: Int) {
        self.schedule = schedule
        self.stride = stride
        number = part
        end = schedule.spacing == .even ? schedule.evenCount(before: schedule.seconds) : .max
    }

    /// The pace of the load is another one from `offset` on. `pending`: whether the last arrival has yet to begin; gives the
    /// one that comes next then.
    mutating func change(to pace: LoadPace, at offset: Span, pending: Bool) -> Arrival? {
        if paced == nil { paced = PacedLevel(schedule) }
        paced?.change(to: pace, at: offset.seconds)
        if pending { number -= stride }
        return next()
    }

    mutating func next() -> Arrival? {
        guard number < end || paced != nil, let time = nextTime() else { return nil }
        defer { number += stride }
        return Arrival(number: number, offset: Span(seconds: time))
    }

    private mutating func nextTime() -> Double? {
        switch schedule.spacing {
        case .even: return time(ofLevel: Double(number))
        case .poisson:
            // Every part draws the whole sequence and uses its own share, so that the schedule is the same however many
            // parts it is dealt to.
            while drawn <= number {
                level -= log(
                    SeededRandom.unit(SeededRandom.number(seed: schedule.seed, index: UInt64(drawn))))
                drawn += 1
            }
            return time(ofLevel: level)
        }
    }

    @inline(__always)
    private func time(ofLevel level: Double) -> Double? {
        guard let paced else { return schedule.time(ofLevel: level) }
        return paced.time(ofLevel: level)
    }
}

import Capacity
import Foundation

/// A server of workers and one queue, answering arrivals in simulated time: what a search is told of it is what Loadgate measures
/// of a real one. Its queue is kept from trial to trial.
struct QueueSimulation {
    /// How long a request takes a worker.
    enum Service { case constant, exponential }
    /// How arrivals lie in time.
    enum Arrivals { case even, poisson }

    var workers: Int
    var service: Double
    var kind: Service
    var arrivals: Arrivals
    /// The limit of the p95, in seconds.
    var limit: Double
    /// Above so many seconds of waiting a request is refused; nil: never.
    var refusesAfter: Double?
    /// With so many seconds of waiting, service takes `slowness` times as long: nil: never.
    var collapsesAfter: Double?
    var slowness = 1.0
    /// By how much service gets longer with each request that was ever answered.
    var leak = 0.0
    /// Of each `period` seconds the first `bad` ones are ten times as slow.
    var flapping: (period: Double, bad: Double)?
    /// The generator does not manage more.
    var generatorLimit = Double.infinity

    private(set) var now = 0.0
    private var random: SplitMix
    private var free: [Double]
    private var answered = 0.0

    init(
        workers: Int, service: Double, _ kind: Service, _ arrivals: Arrivals = .poisson, limit: Double, seed: UInt64 = 1
    ) {
        (self.workers, self.service, self.kind, self.arrivals, self.limit) = (workers, service, kind, arrivals, limit)
        random = SplitMix(state: seed)
        free = Array(repeating: 0, count: workers)
    }

    /// Searches to the end, and gives the answer and how long it took.
    mutating func capacity(_ settings: CapacitySettings) -> (answer: CapacityAnswer, seconds: Double) {
        var search = CapacitySearch(settings)
        let begin = now
        for _ in 0..<200 {
            switch search.next(elapsed: now - begin) {
            case .finish: return (search.answer, now - begin)
            case .rest(let seconds): now += seconds
            case .measure(let trial): search.take(outcome(of: trial, settings), of: trial)
            }
        }
        preconditionFailure("a search that does not end")
    }

    /// What a trial shows.
    private mutating func outcome(of trial: CapacityTrial, _ settings: CapacitySettings) -> CapacityOutcome {
        if trial.rate > generatorLimit {
            now += trial.settle + trial.longest
            return CapacityOutcome(.generator("late", mayPass: true), seconds: trial.settle + trial.longest)
        }
        let (start, settle) = (now, Int(trial.settle))
        let length = settle + Int(trial.longest)
        var seconds = Array(repeating: Second(), count: length + 1)
        var watch = TrialWatch(
            [.share(allowed: 0.05), .share(allowed: 0.01)], error: settings.error, shortest: settings.shortest,
            isEarly: trial.isEarly)
        var (arrival, current, underWay, total) = (start, 0, 0, 0)
        var verdict: TrialWatch.Verdict?
        while verdict == nil, current < length {
            arrival += arrivals == .poisson ? random.exponential() / trial.rate : 1 / trial.rate
            // Whatever ends in a second arrived in it or before.
            while current < length, arrival >= start + Double(current + 1), verdict == nil {
                if current == settle { watch.begin(underWay: underWay) }
                let second = seconds[current]
                underWay += second.arrived - second.ended
                if current >= settle {
                    total += second.ended
                    verdict = watch.feed(
                        TrialSecond(
                            arrived: UInt64(second.arrived), underWay: underWay,
                            events: [
                                .init(bad: UInt64(second.late), total: UInt64(second.ended)),
                                .init(bad: UInt64(second.refused), total: UInt64(second.ended)),
                            ]))
                }
                current += 1
            }
            if verdict == nil, current < length { serve(arrival, from: start, &seconds) }
        }
        now = start + Double(current)
        return CapacityOutcome(
            .init(verdict ?? watch.verdict(findings: [])), seconds: Double(current),
            throughput: Double(total) / Double(max(1, current - settle)), points: watch.points)
    }

    private struct Second {
        var (arrived, ended, late, refused) = (0, 0, 0, 0)
    }

    private mutating func serve(_ arrival: Double, from start: Double, _ seconds: inout [Second]) {
        var worker = 0
        for other in 1..<max(1, workers) where free[other] < free[worker] { worker = other }
        seconds[Int(arrival - start)].arrived += 1
        let begin = max(arrival, free[worker])
        var end = arrival
        let isRefused = refusesAfter.map { begin - arrival > $0 } ?? false
        if !isRefused {
            answered += 1
            var length = kind == .exponential ? service * random.exponential() : service
            length *= 1 + leak * answered
            if let collapsesAfter, begin - arrival > collapsesAfter { length *= slowness }
            if let flapping, arrival.truncatingRemainder(dividingBy: flapping.period) < flapping.bad { length *= 10 }
            end = begin + length
            free[worker] = end
        }
        let index = Int(end - start)
        guard index < seconds.count else { return }
        seconds[index].ended += 1
        if end - arrival > limit { seconds[index].late += 1 }
        if isRefused { seconds[index].refused += 1 }
    }
}

/// SplitMix64.
struct SplitMix {
    var state: UInt64

    mutating func exponential() -> Double { -log(unit()) }

    /// Above 0, at most 1.
    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double((mixed >> 11) + 1) * 0x1p-53
    }
}

/// M/M/c by A. K. Erlang (1917): the rate at which a share of the answers takes longer than a limit.
enum ErlangQueue {
    /// P(response time > t) with c workers, each busy for 1/µ on average.
    static func share(beyond t: Double, workers c: Int, service: Double, rate: Double) -> Double {
        let (µ, load) = (1 / service, rate * service)
        var (term, sum) = (1.0, 1.0)
        for n in 1..<c {
            term *= load / Double(n)
            sum += term
        }
        let full = term * load / Double(c) / (1 - load / Double(c))
        let waits = full / (sum + full)
        let spare = Double(c) * µ - rate
        // Service alone, or a wait of exponential length and then service: the tail of the sum of both.
        let tail =
            abs(spare - µ) < 1e-9 * µ
            ? exp(-µ * t) * (1 + µ * t) : (spare * exp(-µ * t) - µ * exp(-spare * t)) / (spare - µ)
        return (1 - waits) * exp(-µ * t) + waits * tail
    }

    /// The rate at which 5 % take longer.
    static func capacity(workers: Int, service: Double, limit: Double) -> Double {
        var (low, high) = (0.0, Double(workers) / service * (1 - 1e-9))
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if share(beyond: limit, workers: workers, service: service, rate: middle) < 0.05 {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}

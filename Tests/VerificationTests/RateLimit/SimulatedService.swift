import Measures

@testable import RateLimitVerification
@testable import VerificationKit

/// A limiter with what it tells clients, and mistakes that it may make.
struct SimulatedLimiter {
    /// A mistake, or a peculiarity that is none.
    enum Quirk: Equatable {
        /// An admission is counted so many seconds after it was decided.
        case race(Double)
        /// Everything is admitted while more requests than this arrive within a millisecond.
        case failsOpen(above: Int)
        /// Clients are told apart by this field, if there is one.
        case trusts(String)
        case sharedByAll
        /// Retry-After and resets by this factor.
        case promises(Double)
        case steadyRemaining
        /// A rejection is stored by a cache for so many seconds, and served from it to that client.
        case cachesRejections(Double)
        case exempts(String)
        case status(Int)
        /// What admitted requests get.
        case admits(Int)
        /// No fields that tell of the limit.
        case silent
        /// `X-RateLimit-Reset` in seconds since 1970, or as a date of ISO 8601.
        case epochReset
        case dateReset
        case malformedFields
        case wrongLimitField
        case malformedRetryAfter
        /// Others' requests are answered so much later while anyone is blocked.
        case slowsOthers(Double)
        /// Rejections say so in their body.
        case tells(String)
        /// Rejections lead elsewhere.
        case leadsTo(String)
    }

    var limit: Int
    var window: Double
    var quirks: [Quirk] = []
    /// What counts all clients together.
    var overall: (any SimulatedAlgorithm)?
    /// Seconds after which that has counted what it admitted.
    var overallLag = 0.0
    private var uncounted: [Double] = []
    var places: SimulatedSlots?
    var ban: SimulatedBan?
    private let make: (String) -> any SimulatedAlgorithm
    private var clients: [String: any SimulatedAlgorithm] = [:]
    private var pending: [(at: Double, client: String)] = []
    private var arrivals: [Double] = []
    private var stored: [String: Double] = [:]
    private var lastRejection = -Double.infinity

    init(limit: Int, window: Double, _ quirks: [Quirk] = [], make: @escaping () -> any SimulatedAlgorithm) {
        self.limit = limit
        self.window = window
        self.quirks = quirks
        self.make = { _ in make() }
    }

    /// Each client has an algorithm made for its name.
    init(
        limit: Int, window: Double, _ quirks: [Quirk] = [], perClient make: @escaping (String) -> any SimulatedAlgorithm
    ) {
        self.limit = limit
        self.window = window
        self.quirks = quirks
        self.make = make
    }

    struct Answer {
        var status: Int
        var fields: [HeaderLine] = []
        /// Seconds until it is sent.
        var delay: Double
        var body = ""
    }

    mutating func answer(_ planned: PlannedExchange, at now: Double) -> Answer {
        var key = planned.fields.values("X-API-Key").first ?? planned.source ?? "address"
        var service = 0.0002
        for quirk in quirks {
            if case .trusts(let field) = quirk, let value = planned.fields.values(field).first { key = value }
            if quirk == .sharedByAll { key = "all" }
            if case .exempts(let method) = quirk, planned.method == method {
                return Answer(status: 200, delay: service)
            }
            if case .slowsOthers(let seconds) = quirk, now - lastRejection < 0.3 * window { service = seconds }
        }
        if case .cachesRejections(let seconds)? = quirks.first(where: {
            if case .cachesRejections = $0 { true } else { false }
        }),
            let since = stored[key], now - since < seconds
        {
            return Answer(
                status: 429, fields: [HeaderLine("Age", "\(Int(now - since))"), HeaderLine("X-Cache", "HIT")],
                delay: service)
        }
        if case .failsOpen(let most)? = quirks.first(where: { if case .failsOpen = $0 { true } else { false } }) {
            arrivals = arrivals.filter { $0 > now - 0.001 } + [now]
            if arrivals.count > most { return Answer(status: 200, delay: 0.001) }
            service = 0.001
        }
        if ban?.isRefused(key, planned, at: now) == true { return Answer(status: 429, delay: service) }
        var decision = decide(key, at: now, &service)
        if decision.isAdmitted, var all = overall {
            if overallLag > 0 {
                service = max(service, overallLag * 1.01)
                for time in uncounted where time <= now - overallLag { _ = all.take(at: time) }
                uncounted.removeAll { $0 <= now - overallLag }
                var asSeen = all
                decision = asSeen.take(at: now)
                if decision.isAdmitted { uncounted.append(now) }
            } else {
                decision = all.take(at: now)
            }
            overall = all
        }
        if decision.isAdmitted, places != nil {
            service = places?.hold ?? service
            decision.isAdmitted = places?.take(key, at: now, timeout: planned.timeout.seconds) ?? true
            if !decision.isAdmitted { service = 0.0002 }
        }
        if !decision.isAdmitted {
            lastRejection = now
            stored[key] = now
            ban?.rejected(key, at: now)
        }
        let status = quirks.compactMap { if case .status(let status) = $0 { status } else { nil } }.first ?? 429
        let admits = quirks.compactMap { if case .admits(let status) = $0 { status } else { nil } }.first ?? 200
        var answer = Answer(
            status: decision.isAdmitted ? admits : status, fields: fields(decision, at: now),
            delay: service + decision.wait)
        for quirk in quirks where !decision.isAdmitted {
            if case .tells(let body) = quirk { answer.body = body }
            if case .leadsTo(let location) = quirk { answer.fields.append(HeaderLine("Location", location)) }
        }
        return answer
    }

    private mutating func decide(_ key: String, at now: Double, _ service: inout Double) -> SimulatedDecision {
        var algorithm = clients[key] ?? make(key)
        for quirk in quirks {
            guard case .race(let lag) = quirk else { continue }
            // What was decided longer ago than the lag is written; the answer goes out after that.
            service = max(service, lag * 1.01)
            pending.removeAll { entry in
                guard entry.client == key, entry.at <= now else { return false }
                _ = algorithm.take(at: entry.at)
                return true
            }
            clients[key] = algorithm
            let decision = algorithm.take(at: now)
            if decision.isAdmitted { pending.append((now + lag, key)) }
            return decision
        }
        let decision = algorithm.take(at: now)
        clients[key] = algorithm
        return decision
    }

    private func fields(_ decision: SimulatedDecision, at now: Double) -> [HeaderLine] {
        if quirks.contains(.silent) { return [] }
        let factor = quirks.compactMap { if case .promises(let factor) = $0 { factor } else { nil } }.first ?? 1
        let reset = max(factor < 1 ? 0 : 1, Int((decision.reset * factor).rounded(.up)))
        let remaining = quirks.contains(.steadyRemaining) ? limit - 1 : decision.remaining
        let told = quirks.contains(.wrongLimitField) ? limit * 2 : limit
        // The limiter's clock shows 2023-11-14T22:13:20Z at its beginning.
        let seconds = 1_700_000_000 + Int(now.rounded(.down))
        var fields = [
            HeaderLine("Date", Self.date(seconds)),
            HeaderLine("RateLimit-Policy", "\"default\";q=\(told);w=\(Int(window.rounded(.up)))"),
            HeaderLine(
                "RateLimit",
                quirks.contains(.malformedFields) ? "\"default\";r=many" : "\"default\";r=\(remaining);t=\(reset)"),
            HeaderLine("X-RateLimit-Limit", "\(told)"),
            HeaderLine("X-RateLimit-Remaining", "\(remaining)"),
            HeaderLine(
                "X-RateLimit-Reset",
                quirks.contains(.dateReset)
                    ? Self.isoDate(seconds + reset) : "\(quirks.contains(.epochReset) ? seconds + reset : reset)"),
        ]
        if !decision.isAdmitted {
            fields.append(HeaderLine("Retry-After", quirks.contains(.malformedRetryAfter) ? "soon" : "\(reset)"))
        }
        return fields
    }

    private static func isoDate(_ seconds: Int) -> String {
        let day = seconds / 86_400 - 1_699_920_000 / 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = seconds % 86_400
        return "2023-11-\(14 + day)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// A date of the day after 2023-11-14 at most.
    private static func date(_ seconds: Int) -> String {
        let day = seconds / 86_400 - 1_699_920_000 / 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = seconds % 86_400
        let names = ["Tue", "Wed", "Thu", "Fri"]
        return "\(names[day]), \(14 + day) Nov 2023 \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) GMT"
    }
}

/// Carries out a course's actions against a simulated limiter, in virtual time, over a network with random latencies.
struct SimulatedService {
    var limiter: SimulatedLimiter
    var random: SeededRandom
    /// The longest way from or to the limiter, in seconds.
    var latency = 0.002
    /// How often a way takes `hiccup` seconds more.
    var hiccups = 0.003
    var hiccup = 0.05
    /// How often no answer comes.
    var losses = 0.0
    /// The groups, counted from 0, whose requests go out one after the other instead of together.
    var slowGroups: Set<Int> = []
    private(set) var now: Double
    private var order = 0
    private var groups = 0

    init(_ limiter: SimulatedLimiter, seed: UInt64) {
        self.limiter = limiter
        random = SeededRandom(seed: seed)
        // Anywhere in a window of the clock.
        now = Double.random(in: 0..<100 * limiter.window, using: &random)
    }

    /// Lets the course have its way; stops after more actions than any course has.
    mutating func run(_ course: inout some VerificationCourse) -> VerificationReport {
        for _ in 0..<200 {
            guard let action = course.nextAction() else { return course.report() }
            switch action {
            case .send(let batch, _): course.take(send(batch))
            case .wait(let span, _):
                now += span.seconds
                course.take([])
            case .read: course.take(reading: nil)
            }
            now += Double.random(in: 0.0005..<0.003, using: &random)
        }
        return course.report()
    }

    private mutating func way() -> Double {
        let base = Double.random(in: latency / 20...latency, using: &random)
        return Double.random(in: 0..<1, using: &random) < hiccups ? base + hiccup : base
    }

    private enum Event {
        case send(Int)
        case arrive(Int)
    }

    private mutating func send(_ batch: [PlannedExchange]) -> [ObservedExchange] {
        let start = now
        var observed = batch.map {
            ObservedExchange(planned: $0, sent: instant(start), received: instant(start), outcome: .responseTimeout)
        }
        let slow = slowMembers(batch)
        // What waits for its lane, in order.
        var lanes: [Int: [Int]] = [:]
        var queue = EventQueue<Event>()
        for (index, planned) in batch.enumerated().sorted(by: { $0.element.offset < $1.element.offset }) {
            if planned.group == nil, case .kept(let lane) = planned.lane {
                lanes[lane, default: []].append(index)
            } else {
                queue.add(
                    start + planned.offset.seconds + (slow[index] ?? Double.random(in: 0..<0.0005, using: &random)),
                    .send(index))
            }
        }
        for (_, waiting) in lanes.sorted(by: { $0.key < $1.key }) {
            queue.add(start + batch[waiting[0]].offset.seconds, .send(waiting[0]))
        }
        func next(after position: Int, at time: Double) {
            guard batch[position].group == nil, case .kept(let lane) = batch[position].lane else { return }
            lanes[lane]?.removeFirst()
            guard let following = lanes[lane]?.first else { return }
            queue.add(max(time + 0.00002, start + batch[following].offset.seconds), .send(following))
        }
        while let (time, event) = queue.next() {
            switch event {
            case .send(let index):
                observed[index].sent = instant(time)
                queue.add(time + way(), .arrive(index))
            case .arrive(let index):
                let answer = limiter.answer(batch[index], at: time)
                var received = time + answer.delay + way()
                if Double.random(in: 0..<1, using: &random) < losses {
                    received = observed[index].sent.seconds + batch[index].timeout.seconds
                } else {
                    (observed[index].status, observed[index].outcome) = (answer.status, .ok)
                    observed[index].fields = answer.fields
                    observed[index].body = Array(Array(answer.body.utf8).prefix(batch[index].keptBody))
                    observed[index].bodyLength = answer.body.utf8.count
                }
                let end = observed[index].sent.seconds + batch[index].timeout.seconds
                if received > end {
                    (observed[index].status, observed[index].outcome, received) = (0, .responseTimeout, end)
                }
                observed[index].received = instant(received)
                now = max(now, received)
                next(after: index, at: received)
            }
        }
        return observed
    }

    /// How much later the members of slow groups go out, by their places in the batch: each once the one before it has its
    /// answer.
    private mutating func slowMembers(_ batch: [PlannedExchange]) -> [Int: Double] {
        var delays: [Int: Double] = [:]
        for number in Set(batch.compactMap(\.group)).sorted() {
            if slowGroups.contains(groups) {
                for (member, index) in batch.indices.filter({ batch[$0].group == number }).enumerated() {
                    delays[index] = Double(member) * 3 * latency
                }
            }
            groups += 1
        }
        return delays
    }

    private func instant(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }
}

extension Instant {
    fileprivate var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// Events in the order of their instants: a binary heap.
struct EventQueue<Event> {
    private var heap: [(time: Double, order: Int, event: Event)] = []
    private var added = 0

    mutating func add(_ time: Double, _ event: Event) {
        heap.append((time, added, event))
        added += 1
        var index = heap.count - 1
        while index > 0, isBefore(index, (index - 1) / 2) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func next() -> (time: Double, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.time, first.event) }
        heap[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != index else { return (first.time, first.event) }
            heap.swapAt(index, least)
            index = least
        }
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].time, heap[one].order) < (heap[other].time, heap[other].order)
    }
}

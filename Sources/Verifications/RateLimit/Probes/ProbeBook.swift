internal import Scenarios

/// The scripts for a rule.
struct ProbeBook {
    let rule: RateLimitRule
    /// The window in seconds.
    let window: Double
    /// Requests at once after a rest.
    let capacity: Int
    /// How many requests of a burst go beyond it.
    let beyond: Int
    /// What else holds.
    let setting: ProbeSetting
    /// How long a burst takes, in seconds: a guess before the first answers.
    var burstTime: Double

    /// Groups beyond this size take more connections than machines like to give.
    static let mostTogether = 400

    init(_ rule: RateLimitRule, _ setting: ProbeSetting = .alone) {
        self.rule = rule
        self.setting = setting
        window = LimiterParameters.seconds(rule.window)
        // Beyond what a tolerance allows, so that an answer beyond it shows.
        let allowed = Double(rule.capacity) * rule.allowance
        capacity = rule.capacity
        let usual = max(3, min(50, rule.capacity * 3 / 10)) + Int((2 * allowed).rounded(.up))
        beyond = max(1, min(usual, setting.room - rule.capacity))
        burstTime = window / 20
        if isPaced { burstTime = Double(train) * setting.pace }
    }

    /// A burst that goes beyond the limit.
    var burst: Int { capacity + beyond }

    /// Whether requests keep a distance, since a shorter limit holds as well.
    var isPaced: Bool { setting.pace > 0 }

    /// How far from an instant of interest requests keep.
    var margin: Double { max(0.02, window / 50) + 2 * LimiterParameters.seconds(rule.resolution) }

    /// The scripts that need no knowledge of what was seen, with when they begin where they run beside one another.
    func main() -> [(script: ProbeScript, start: Double)] {
        chosen.compactMap { script, start in script.upTo(setting.room).map { ($0, start) } }
    }

    private var chosen: [(script: ProbeScript, start: Double)] {
        if isPaced { return pacedScripts }
        // Of all clients together each takes a rest that all of them take.
        var scripts: [(ProbeScript, Double)] = [(persistent, 0)]
        if capacity >= 2 { scripts.append((halves, 0.1 * window)) }
        guard !setting.isOverAll else {
            // Each of these is another client's, too: where the count of all is read and written apart, clients race each other.
            if canRace { scripts.append((race(.raceCold), 0.15 * window)) }
            return scripts
        }
        if capacity >= 2 { scripts.append((boundary, 0.2 * window)) }
        if canRace { scripts.append((race(.raceCold), 0.15 * window)) }
        if rule.penalty == nil { scripts.append((blocked, 0.3 * window)) }
        scripts.append((racePrimed, 0.45 * window))
        if canRace { scripts.append((race(.raceAgain), 0.62 * window)) }
        return scripts
    }

    /// Whether so many connections at once are to be had, and allowed.
    private var canRace: Bool { burst <= min(Self.mostTogether, setting.atOnce) }

    private var persistent: ProbeScript {
        var shots = [ProbeScript.Shot(at: 0, count: burst)]
        // Once a client is banned the limit shows no more.
        guard rule.penalty == nil else { return ProbeScript(kind: .persistent, shots: shots) }
        // Twice what a bucket gains in the meantime, so that a part of each is rejected.
        var poll = min(rule.limit / 4 + 3, burst)
        if setting.room < Int.max { poll = max(2, min(poll, (setting.room - 2 * burst) / 8)) }
        for eighth in 1...7 { shots.append(ProbeScript.Shot(at: Double(eighth) * window / 8, count: poll)) }
        shots.append(ProbeScript.Shot(at: window * 1.02 + margin, count: burst))
        // By now a sliding counter has room again too.
        shots.append(ProbeScript.Shot(at: window * 1.2 + margin, count: poll))
        return ProbeScript(kind: .persistent, shots: shots)
    }

    private var halves: ProbeScript {
        ProbeScript(
            kind: .halves,
            shots: [
                .init(at: 0, count: capacity / 2), .init(at: window / 2, count: capacity - capacity / 2),
                .init(at: window + margin, count: burst),
            ])
    }

    private var boundary: ProbeScript {
        ProbeScript(
            kind: .boundary,
            shots: [
                .init(at: 0, count: 1), .init(at: window - margin - burstTime, count: capacity - 1),
                .init(at: window + margin, count: burst),
            ])
    }

    private func race(_ kind: ProbeScript.Kind) -> ProbeScript {
        ProbeScript(kind: kind, shots: [.init(at: 0, count: burst, isTogether: true)])
    }

    private var racePrimed: ProbeScript {
        let count = min(max(10, capacity / 2), 50, setting.atOnce)
        guard capacity > 1 else {
            return ProbeScript(kind: .racePrimed, shots: [.init(at: 0, count: count, isTogether: true)])
        }
        return ProbeScript(
            kind: .racePrimed,
            shots: [
                .init(at: 0, count: capacity - 1), .init(at: burstTime + margin, count: count, isTogether: true),
            ])
    }

    /// A client that has used up its limit, in disguise and by other methods.
    var blocked: ProbeScript {
        var count = 3 + rule.limit / 20
        let disguises = rule.spoof.count + rule.methods.count { $0 != rule.request.method } + 1
        if setting.room < Int.max { count = min(count, max(1, (setting.room - burst) / disguises)) }
        var at = 0.0
        var shots = [ProbeScript.Shot(at: 0, count: burst)]
        // All in one go, while the block lasts: what a lane has before it delays it.
        at += burstTime
        for field in rule.spoof { shots.append(.init(at: at, count: count, tag: .spoof(field))) }
        for method in rule.methods where method != rule.request.method {
            shots.append(.init(at: at, count: count, tag: .method(method.rawValue)))
        }
        shots.append(.init(at: at, count: count))
        return ProbeScript(kind: .blocked, shots: shots)
    }

    /// Exhausts, for the promise that follows.
    var exhaustion: ProbeScript {
        var count = min(burst, setting.room)
        if isPaced {
            // Before the first of them are forgotten again, unless it takes more for a bucket.
            let isBucket = [.tokenBucket, .leakyBucket].contains(rule.model)
            count = isBucket ? train : min(train, max(burst, Int(0.9 * window / setting.pace)))
        }
        return ProbeScript(kind: .recovery, shots: [.init(at: 0, count: count, gap: setting.pace)])
    }

    /// Requests around the promised instant, so many seconds away.
    func recovery(in seconds: Double) -> ProbeScript {
        var shots: [ProbeScript.Shot] = []
        // A promise in whole seconds may be up to one too late, which harms no one.
        let early = seconds - max(1.1, seconds / 10)
        if early > 0.1, !rule.prolongs { shots.append(.init(at: early, count: 1, tag: .early)) }
        shots.append(.init(at: seconds + 0.01, count: 1, tag: .late))
        return ProbeScript(kind: .recovery, shots: shots)
    }

    /// Bursts before and after a boundary that lies between two instants, seconds from now.
    func clockBoundary(from: Double, to: Double) -> ProbeScript {
        ProbeScript(
            kind: .clockBoundary,
            shots: [
                .init(at: from - margin - burstTime, count: capacity, gap: setting.pace),
                .init(at: to + margin, count: burst, gap: setting.pace),
            ])
    }

    /// A few requests at once.
    var pacing: ProbeScript {
        ProbeScript(kind: .pacing, shots: [.init(at: 0, count: min(6, setting.atOnce), isTogether: true)])
    }

    /// A burst released together, where answers of a bucket may wait for their turn once so many were given at once.
    var turns: ProbeScript? {
        guard [.any, .tokenBucket, .leakyBucket].contains(rule.model), capacity > 6, setting == .alone else {
            return nil
        }
        return ProbeScript(kind: .turns, shots: [.init(at: 0, count: min(capacity, 60), isTogether: true)])
    }

    /// Load that goes on for two windows: a block that it prolongs lasts as long.
    var goingOn: ProbeScript {
        let poll = min(rule.limit / 4 + 3, burst)
        return ProbeScript(
            kind: .goingOn,
            shots: [.init(at: 0, count: burst)]
                + (1...16).map { .init(at: Double($0) * window / 8, count: poll) })
    }

    /// Clients whose boundaries are found to a twelfth of a window, spread over one.
    var phases: [(script: ProbeScript, start: Double)] {
        let pace = setting.pace
        var shots = [ProbeScript.Shot(at: 0, count: capacity + 3, gap: pace)]
        let begin = Double(capacity + 3) * pace
        let count = 2 * pace < window / 12 ? 2 : 1
        for twelfth in 1...13 {
            shots.append(.init(at: begin + Double(twelfth) * window / 12, count: count, gap: pace))
        }
        return (0..<6).map { (ProbeScript(kind: .phase, shots: shots), Double($0) * window / 6) }
    }

    /// How long a client has to be silent until a limiter has forgotten it.
    var rest: Double {
        let rate = Double(rule.limit) / window
        let windows = [.any, .slidingCounter].contains(rule.model) ? 2 * window : window
        return max(max(windows, Double(capacity) / rate) * 1.02 + 2 * margin, setting.rest)
    }
}

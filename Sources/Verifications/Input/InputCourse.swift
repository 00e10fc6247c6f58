public import Measures
public import Scenarios
public import VerificationKit

/// Verifies that an endpoint refuses what is not valid: sends hostile requests that were derived from a valid one, one
/// after the other, each followed by the valid one on a connection of its own.
public struct InputCourse: VerificationCourse {
    /// Valid requests before anything hostile is sent.
    static let samples = 3
    /// How often a request that gets 429 is sent again at most, and how long all waiting for that takes at most.
    private static let limitedAttempts = 5
    private static let patience = Span(seconds: 120)
    /// So many 429 in turn, and the course ends.
    private static let limitedInTurn = 10
    /// So many hostile requests of a kind without an answer, and the rest of the kind is not sent: each costs a timeout.
    private static let unansweredOfKind = 3
    /// How often the valid request is tried after it failed, waiting 0.25 s, 0.5 s, … 8 s; and how often the target may
    /// need that.
    private static let recoveryAttempts = 6
    private static let recoveries = 10
    /// A usual bound of servers: what is longer may be refused by closing.
    private static let largeBytes = 1 << 20

    private enum Step: Equatable {
        case sample(Int)
        case hostile(Int)
        case valid(after: Int)
        case recovery(after: Int, attempt: Int)
        case end
    }

    private let maker: RequestMaker
    private let identities: Int
    private var step = Step.sample(0)
    private var wait: Span?
    private var patience = Self.patience
    private var limitedHere = 0
    private var limitedInTurn = 0
    private var unanswered: [InputKind: Int] = [:]
    private var failures = 0
    private var sent = 0
    private var samples: [ObservedExchange] = []
    private var valid: ValidAnswer?
    private var leaksOfValid: Set<String> = []
    var evidence: InputEvidence

    let rule: InputRule
    /// The verification's name in the scenario.
    let name: String
    /// All cases that can be derived, by kind.
    let derived: [InputKind: Int]
    /// The cases that are sent.
    let cases: [HostileCase]
    private(set) var results: [HostileResult] = []
    private(set) var validity = Validity()
    private(set) var last = Instant(nanoseconds: .min)

    /// What was seen of valid requests.
    struct Validity: Sendable {
        /// The statuses before anything hostile was sent.
        var samples: [Int] = []
        /// The first that was not accepted, as evidence.
        var refused: Exhibit?
        /// How many were sent after a hostile one, and got an answer that says something.
        var followed = 0
        /// How many got 429 instead.
        var limited = 0
        /// The failures.
        var failures: [Failure] = []
        /// Why the course ended early.
        var stopped: String?
    }

    /// A valid request that failed after a hostile one.
    struct Failure: Sendable {
        /// The number of the hostile request's case.
        var number: Int
        var problem: String
        var hostile: Exhibit?
        var valid: Exhibit
        /// How long after it the target was well again; nil: it was not.
        var recovered: Span?
        fileprivate var sent: Instant
    }

    /// A course for a rule of the scenario.
    public init(_ rule: InputRule, name: String, in scenario: Scenario) {
        self.rule = rule
        self.name = name
        maker = RequestMaker(scenario)
        identities = scenario.identities?.count ?? 0
        evidence = InputEvidence(rule, scenario.secrets)
        let all = HostileDerivation(rule).cases()
        derived = all.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
        cases = CaseChoice.chosen(all, atMost: rule.bodies, seed: rule.seed)
    }

    /// What is about to be sent.
    public var plan: VerificationPlan {
        let kinds = Set(cases.map(\.kind)).count
        return VerificationPlan(
            parts: [
                "\(Self.samples) valid requests",
                "\(cases.count) hostile requests of \(kinds) kinds, one after the other, each followed by a valid one",
            ], exchanges: Self.samples + 2 * cases.count,
            duration: Span(seconds: 0.02 * Double(Self.samples + 2 * cases.count)))
    }

    /// The next request or pause; nil: all is known.
    public mutating func nextAction() -> VerificationAction? {
        if let wait {
            self.wait = nil
            return .wait(wait, purpose: "until the target takes requests again")
        }
        if case .hostile(let number) = step { step = .hostile(nextCase(from: number)) }
        let hostile: HostileCase?
        switch step {
        case .hostile(let number):
            guard number < cases.count else {
                step = .end
                return nil
            }
            hostile = cases[number]
        case .sample, .valid, .recovery: hostile = nil
        case .end: return nil
        }
        guard let exchange = exchange(hostile) else {
            validity.stopped = "the target's URL is malformed"
            step = .end
            return nil
        }
        return .send([exchange], purpose: hostile.map { "hostile: \($0.kind.rawValue)" } ?? "the valid request")
    }

    /// The next case of a kind that still gets answers.
    private func nextCase(from number: Int) -> Int {
        var number = number
        while number < cases.count, unanswered[cases[number].kind, default: 0] >= Self.unansweredOfKind { number += 1 }
        return number
    }

    private mutating func exchange(_ hostile: HostileCase?) -> PlannedExchange? {
        sent += 1
        // Each request is another client, so that a limiter has nothing to say.
        let identity = identities > 0 ? (sent - 1) % identities + 1 : nil
        guard var exchange = maker.exchange(rule.request, number: sent - 1, identity: identity) else { return nil }
        let tree = JSONTree(rule.body, number: sent - 1, user: identity)
        exchange.body = tree.bytes
        // Compressed answers could not be looked into.
        exchange.set("Accept-Encoding", "identity")
        return hostile?.exchange(exchange, body: tree) ?? exchange
    }

    /// Takes the answer to the last request.
    public mutating func take(_ observed: [ObservedExchange]) {
        guard let answer = observed.first else { return }
        if evidence.beginning == nil { evidence.beginning = answer.sent }
        last = max(last, answer.received)
        if isLimited(answer), waits(for: answer) { return }
        limitedInTurn = isLimited(answer) ? limitedInTurn + 1 : 0
        limitedHere = 0
        switch step {
        case .sample(let number): take(sample: answer, number)
        case .hostile(let number): take(hostile: answer, number)
        case .valid(let number): take(valid: answer, after: number)
        case .recovery(let number, let attempt): take(recovery: answer, after: number, attempt)
        case .end: break
        }
        if limitedInTurn >= Self.limitedInTurn {
            validity.stopped = "\(Self.limitedInTurn) requests in turn got 429"
            step = .end
        }
    }

    // MARK: - Limits

    private func isLimited(_ answer: ObservedExchange) -> Bool {
        let isMeant: Bool =
            if case .hostile = step {
                rule.expect.contains { $0.contains(429) }
            } else {
                rule.expectValid.contains { $0.contains(429) }
            }
        return answer.status == 429 && !isMeant
    }

    /// Whether the request is sent again: at once as another client where there are some, later after a pause.
    private mutating func waits(for answer: ObservedExchange) -> Bool {
        limitedHere += 1
        guard limitedHere < Self.limitedAttempts else { return false }
        if limitedHere == 1, identities > 1 { return true }
        guard patience > .zero else { return false }
        let told = answer.value("Retry-After").flatMap { Double($0) } ?? 1
        let pause = min(patience, Span(seconds: min(max(told, 0.1), 60)))
        patience = patience - pause
        wait = pause
        return true
    }

    // MARK: - Answers

    private mutating func take(sample: ObservedExchange, _ number: Int) {
        validity.samples.append(sample.status)
        samples.append(sample)
        leaksOfValid.formUnion(LeakPattern.matches(in: sample.body).map(\.label))
        leaksOfValid.formUnion(LeakPattern.matches(in: Array(Self.fields(sample).utf8)).map(\.label))
        guard sample.outcome == .ok, rule.expectValid.contains(where: { $0.contains(sample.status) }) else {
            validity.refused = evidence.exhibit(sample, change: nil)
            validity.stopped = "the valid request is not accepted"
            step = .end
            return
        }
        step = number + 1 < Self.samples ? .sample(number + 1) : .hostile(0)
        if case .hostile = step {
            valid = ValidAnswer(samples)
            samples = []
        }
    }

    private mutating func take(hostile answer: ObservedExchange, _ number: Int) {
        let hostile = cases[number]
        var result = HostileResult(
            number: number, outcome: HostileResult.outcome(of: answer, rule), status: answer.status,
            duration: answer.duration,
            isLarge: hostile.kind == .largeBodies || answer.planned.body.count >= Self.largeBytes,
            exhibit: evidence.exhibit(answer, change: hostile.change))
        if answer.status > 0 {
            let leaks = LeakPattern.matches(in: answer.body).filter { !leaksOfValid.contains($0.label) }
            let others = LeakPattern.matches(in: Array(Self.fields(answer).utf8)).filter {
                !leaksOfValid.contains($0.label)
            }
            result.leaks = leaks.map(\.label) + others.map(\.label).filter { !leaks.map(\.label).contains($0) }
            if let leak = leaks.first {
                result.leakExhibit = evidence.exhibit(answer, change: hostile.change, around: leak.range)
            }
            result.markup = EchoJudge.markup(in: answer)
            result.effect = EchoJudge.effect(in: answer, of: hostile.kind == .injections)
            let coding = answer.value("Content-Encoding")?.lowercased() ?? "identity"
            result.isUnreadable = coding != "identity" && !answer.body.isEmpty
        }
        if result.outcome == .timedOut { unanswered[hostile.kind, default: 0] += 1 }
        results.append(result)
        step = .valid(after: number)
    }

    private static func fields(_ answer: ObservedExchange) -> String {
        answer.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }

    private mutating func take(valid answer: ObservedExchange, after number: Int) {
        if isLimited(answer) {
            validity.limited += 1
            step = .hostile(number + 1)
            return
        }
        validity.followed += 1
        guard let problem = problem(of: answer) else {
            step = .hostile(number + 1)
            return
        }
        validity.failures.append(
            Failure(
                number: number, problem: problem, hostile: results.last?.exhibit,
                valid: evidence.exhibit(answer, change: nil), recovered: nil, sent: answer.sent))
        failures += 1
        recover(after: number, attempt: 0)
    }

    private mutating func take(recovery answer: ObservedExchange, after number: Int, _ attempt: Int) {
        guard problem(of: answer) == nil else {
            recover(after: number, attempt: attempt + 1)
            return
        }
        if let failure = validity.failures.indices.last {
            validity.failures[failure].recovered = answer.received - validity.failures[failure].sent
        }
        step = .hostile(number + 1)
    }

    private mutating func recover(after number: Int, attempt: Int) {
        if attempt >= Self.recoveryAttempts {
            validity.stopped = "the valid request fails since \"\(cases[number].change)\""
            step = .end
        } else if failures > Self.recoveries {
            validity.stopped = "the valid request has failed \(failures) times"
            step = .end
        } else {
            wait = Span(seconds: 0.25 * Double(1 << attempt))
            step = .recovery(after: number, attempt: attempt)
        }
    }

    /// What is wrong with an answer to the valid request; nil: nothing.
    private func problem(of answer: ObservedExchange) -> String? {
        guard answer.outcome == .ok else { return "not answered (\(answer.outcome.label))" }
        guard rule.expectValid.contains(where: { $0.contains(answer.status) }) else {
            return "answered \(answer.status)"
        }
        if answer.body.contains(HostileDerivation.poisonedName) {
            return "the answer holds \(HostileDerivation.poisonedName), which a hostile body has left behind"
        }
        return valid?.difference(of: answer)
    }

    /// How many requests were sent.
    var exchanges: Int { sent }

    /// Whether everything was sent that there was to send.
    var isComplete: Bool { step == .end && validity.stopped == nil }

    /// What it came to.
    public func report() -> VerificationReport { InputReport(self).report }
}

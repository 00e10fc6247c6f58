import Measures
public import Scenarios

/// What a verification has at hand while it is carried out.
public struct VerificationWork {
    /// Its entry in the scenario.
    public let declared: DeclaredVerification
    /// The scenario.
    public let scenario: Scenario
    /// Makes exchanges of the requests that the scenario names.
    public let maker: RequestMaker
    /// The variables of the environment, with the values of `--set`.
    public let environment: [String: String]
    /// Letters and digits that no earlier run has used.
    public let fresh: String
    /// True once the run was told to end.
    public let shouldStop: @Sendable () -> Bool
    /// Tells what is about to be done, for a person who waits.
    public let tell: (String) -> Void
    private let send: (any VerificationCourse) -> VerificationReport?

    /// Puts it together.
    ///
    /// - Parameter send: Sends what a course plans; nil where nothing can be sent.
    public init(
        declared: DeclaredVerification, scenario: Scenario, environment: [String: String],
        shouldStop: @escaping @Sendable () -> Bool, tell: @escaping (String) -> Void,
        send: @escaping (any VerificationCourse) -> VerificationReport?
    ) {
        self.declared = declared
        self.scenario = scenario
        maker = RequestMaker(scenario)
        self.environment = environment
        fresh = String(UInt64.random(in: .min ... .max), radix: 36)
        self.shouldStop = shouldStop
        self.tell = tell
        self.send = send
    }

    /// Carries out a course; says that it was not run where there is none, because its requests can't be made.
    public func carryOut(_ course: (any VerificationCourse)?) -> VerificationReport {
        course.flatMap(send) ?? notRun(because: "its requests can't be made")
    }

    /// The report of a verification that was not run: nothing is left out silently.
    public func notRun(because reason: String) -> VerificationReport {
        VerificationReport(notRun: declared, because: reason)
    }
}

extension VerificationReport {
    /// The report of a verification that was not run.
    public init(notRun declared: DeclaredVerification, because reason: String) {
        self.init(
            kind: declared.kind, name: declared.name,
            findings: [
                VerificationFinding(
                    check: "run", verdict: .inconclusive, expected: "the verification is carried out",
                    observed: "not run", evidence: reason)
            ])
    }
}

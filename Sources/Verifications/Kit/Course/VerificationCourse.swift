public import Measures

/// A verification under way: it plans what to send, takes what was observed, and judges at the end. It does no I/O and
/// knows no clock, so that every judgement can be tested with plain values.
///
/// The caller asks for the `nextAction` until there is none, carries each out and gives what came of it; then, or as soon
/// as it has to stop, it asks for the report.
public protocol VerificationCourse: Sendable {
    /// What is about to be done, for a person who decides whether to start it.
    var plan: VerificationPlan { get }
    /// What to do next; nil: all is known.
    mutating func nextAction() -> VerificationAction?
    /// Takes what came of a batch: as many as were planned, in the same order.
    mutating func take(_ observed: [ObservedExchange])
    /// Takes the number that a probe showed; nil: it could not be read.
    mutating func take(reading: Double?)
    /// What it came to. Before the last action is done, what is not known yet is inconclusive.
    func report() -> VerificationReport
}

extension VerificationCourse {
    /// Most verifications read no probe.
    public mutating func take(reading: Double?) {}
}

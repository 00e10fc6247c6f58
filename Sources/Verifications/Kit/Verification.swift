public import Measures
public import Scenarios

/// A kind of verification: its rule, its keys, and how it is carried out. A kind is a folder with a type that conforms to
/// this, and one line of registration.
public protocol Verification: VerificationRule {
    /// What is asked of the target besides the requests that the rule names, and need not be served at all.
    func optionalExchanges(_ maker: RequestMaker) -> [PlannedExchange]

    /// Carries it out.
    func report(_ work: VerificationWork) -> VerificationReport
}

extension Verification {
    /// Nothing besides.
    public func optionalExchanges(_ maker: RequestMaker) -> [PlannedExchange] { [] }
}

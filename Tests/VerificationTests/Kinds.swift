import Scenarios

extension ScenarioKinds {
    /// The language with some kinds of verification.
    static func of(_ types: any VerificationRule.Type...) -> ScenarioKinds {
        ScenarioKinds(verifications: VerificationKinds(types))
    }
}

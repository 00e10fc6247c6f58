/// What the language takes besides its own words: the kinds of things that are registered.
public struct ScenarioKinds: Sendable {
    /// What can stand in `verify:`.
    public var verifications: VerificationKinds
    /// What a drill can break.
    public var faults: FaultKinds
    /// What a probe's `read:` can say.
    public var probeFormats: ProbeFormats

    /// Makes a set of kinds. By itself the language knows no verification: their kinds stand above it.
    public init(
        verifications: VerificationKinds = VerificationKinds([]), faults: FaultKinds = .builtIn,
        probeFormats: ProbeFormats = .builtIn
    ) {
        self.verifications = verifications
        self.faults = faults
        self.probeFormats = probeFormats
    }
}

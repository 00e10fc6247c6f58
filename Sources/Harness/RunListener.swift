public import Generator
public import Measures
public import Objectives
public import Reports
public import Scenarios

/// Is told how a run goes on while it does, for example to show it on a terminal. Its functions are called from several
/// threads, and should return soon: a run waits for none of them to end, but its next second does.
///
/// All texts may quote what a server, a program or a file said, with the scenario's secrets taken out.
public protocol RunListener: Sendable {
    /// The scenario was read: what is told from now on is about it, and no output may show its secrets.
    func didRead(_ scenario: Scenario)
    /// The scenario is about to be carried out.
    ///
    /// - Parameter segments: Among how many processes its load is dealt.
    func willRun(_ scenario: Scenario, segments: Int)
    /// Something went wrong that does not end the run.
    func problem(_ message: String)
    /// Something that is about to be done, or good to know.
    func note(_ message: String)
    /// The load begins.
    func loadBegins()
    /// A second of the load was measured.
    ///
    /// - Parameters:
    ///   - line: The same as a line of `progress.jsonl`.
    ///   - watch: The objectives as far as they can be judged.
    func measured(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch)
    /// A probe was read.
    func read(_ sample: ProbeSample, of probe: String)
    /// The load was told to end before its time.
    func loadStops()
    /// The load is over, or was never begun.
    func loadEnded()
    /// A part of a verification is about to be carried out.
    func verifies(_ part: String)
    /// A verification is over.
    func verificationEnded()
}

extension RunListener {
    /// Does nothing.
    public func didRead(_ scenario: Scenario) {}
    /// Does nothing.
    public func willRun(_ scenario: Scenario, segments: Int) {}
    /// Does nothing.
    public func problem(_ message: String) {}
    /// Does nothing.
    public func note(_ message: String) {}
    /// Does nothing.
    public func loadBegins() {}
    /// Does nothing.
    public func measured(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch) {}
    /// Does nothing.
    public func read(_ sample: ProbeSample, of probe: String) {}
    /// Does nothing.
    public func loadStops() {}
    /// Does nothing.
    public func loadEnded() {}
    /// Does nothing.
    public func verifies(_ part: String) {}
    /// Does nothing.
    public func verificationEnded() {}
}

/// Says nothing.
public struct SilentListener: RunListener {
    /// Makes a listener that says nothing.
    public init() {}
}

public import Foundation
public import Generator
public import Measures
public import Push

/// How a scenario is carried out: what is said on the command line and not in the file.
public struct RunSettings: Sendable {
    /// The folder that gets the results; nil: a new one, `reports/<name>-<time>`.
    public var out: String?
    /// How many reactors carry the load, 1 to 256; nil: one for each usable processor.
    public var reactors: Int?
    /// How the reactors' threads are scheduled.
    public var scheduling = SchedulingMode.auto
    /// Which part of the load this process carries.
    public var segment = LoadRun.Segment()
    /// When the load begins; nil: at once, or when the fleet agrees on.
    public var start: Date?
    /// Where the processes that share the load find each other, so that they begin and end together; nil: they don't.
    public var fleet: FleetMembership?
    /// Hosts that may get load besides those of the scenario and this machine.
    public var authorised: [String] = []
    /// By what the load can be changed while it runs; nil: by nothing.
    public var control: LoadControl?
    /// Where live metrics are served; nil: nowhere.
    public var metrics: MetricsAddress?

    /// Where figures are pushed to, each second and at the end.
    public var push: [PushTarget] = []

    /// Makes the settings of a run that nothing was said of.
    public init() {}
}

/// A setting that does not go together with the scenario.
public struct UnusableRunSetting: Error, CustomStringConvertible {
    /// What is wrong, beginning with the option that says it on the command line.
    public var description: String
}

/// A local process that runs beside the load.
public struct Service: Sendable {
    /// How it shows that it is ready.
    public enum Readiness: Sendable {
        /// A GET of the URL answers 2xx.
        case http(ConstantURL)
        /// A TCP connection is accepted; `tcp://host:port`.
        case tcp(host: String, port: Int)
        /// A command exits with 0.
        case command([Text])
    }

    /// The name in messages.
    public var name: String
    /// The program and its arguments.
    public var command: [Text]
    /// How it shows that it is ready; nil: as soon as it runs.
    public var ready: Readiness?
    /// How long it may take to become ready.
    public var startTimeout: Duration = .seconds(30)
    /// True where `unless: --target` says that it isn't started when the command line names a target.
    public var unlessTarget = false
    /// The file that takes its outputs; nil: they are thrown away.
    public var log: Text?

    /// Makes a service.
    public init(name: String, command: [Text]) {
        self.name = name
        self.command = command
    }
}

import CLinux
import Dispatch
import Generator
import Glibc
import Measures
import NIOConcurrencyHelpers
package import Reports
import Serving

/// Serves live metrics over HTTP/1.1 while a run goes on: few connections at a time, each for a few seconds at most. What it
/// shows was added up at the end of the last second, so a scrape neither asks the reactors nor waits for them.
package final class MetricsServer: Sendable {
    /// The most connections at a time; others wait to be accepted.
    private static let connectionLimit = 16
    /// How long a connection may take from its accept to its end, in nanoseconds.
    private static let patience: Int64 = 5_000_000_000
    /// How long nothing is accepted after it failed, for example for want of descriptors.
    private static let pause: Int64 = 1_000_000_000

    /// What `/metrics` shows.
    private struct Page {
        var run: RunMetrics?
        /// The last word; nil while the run goes on.
        var result: String?
        /// Counts its changes, so that it is made into text once for each.
        var version = 0
    }

    private let listener: MetricsListener
    private let page = NIOLockedValueBox(Page())
    /// Readable once the server has to end.
    private let wake: Int32
    private let ended = DispatchSemaphore(value: 0)

    /// Listens at an address, and serves until `stop`.
    ///
    /// - Throws: `SystemError`, for example where the port is taken.
    package init(_ wanted: MetricsAddress) throws {
        listener = try MetricsListener(wanted)
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        guard wake >= 0 else { throw SystemError(code: errno, doing: "can't serve metrics on \(wanted)") }
        DispatchQueue(label: "loadgate.metrics", qos: .utility).async { [self] in
            serve()
            ended.signal()
        }
    }

    deinit { if wake >= 0 { close(wake) } }

    /// The address of the page.
    package var url: String { "http://\(listener.address)/metrics" }

    /// What is to be said where others than this machine's users may read the page; nil where they can't.
    package var warning: String? {
        guard !listener.isLocal else { return nil }
        return "--metrics \(listener.address): the metrics are open to the network, without a password: "
            + "127.0.0.1:\(listener.address.port) keeps them on this machine"
    }

    /// A run whose log begins like this is about to send its load.
    func begin(_ header: ProgressHeader) { change { $0.run = RunMetrics(header) } }

    /// Shows how a run stands that other processes carry out.
    package func show(_ run: RunMetrics) { change { $0.run = run } }

    /// Takes the run's next second.
    ///
    /// - Parameter probes: The last number of each probe.
    func take(_ second: LoadRun.Second, probes: [String: Double]) {
        change { $0.run?.take(second.interval, load: second.load, probes: probes) }
    }

    /// The load is over.
    func endLoad() { change { $0.run?.endLoad() } }

    /// Shows the run's result from now on.
    func show(_ result: RunResult) {
        let text = PrometheusReport.text(of: result)
        change { $0.result = text }
    }

    /// Ends it: connections are closed, and the port is free.
    package func stop() {
        eventfd_write(wake, 1)
        _ = ended.wait(timeout: .now() + 2)
    }

    private func change(_ body: (inout Page) -> Void) {
        page.withLockedValue { page in
            body(&page)
            page.version += 1
        }
    }

    // MARK: On the queue

    private func serve() {
        var made: (version: Int, text: String)?
        ConnectionLoop<MetricsConnection>(
            listener: listener.descriptor, wake: wake, limit: Self.connectionLimit, pause: Self.pause
        ).run {
            MetricsConnection(descriptor: $0, deadline: $1 + Self.patience)
        } advance: { connection, _ in
            connection.advance(metrics: { text(&made) })
        }
    }

    /// The page's text, made again only where it has changed: scrapers in a hurry cost no more than patient ones.
    private func text(_ made: inout (version: Int, text: String)?) -> String {
        let page = page.withLockedValue { $0 }
        if let made, made.version == page.version { return made.text }
        let text = page.result ?? page.run?.text ?? "# nothing was sent yet\n"
        made = (page.version, text)
        return text
    }
}

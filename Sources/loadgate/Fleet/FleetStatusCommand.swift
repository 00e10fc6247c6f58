import ArgumentParser
import CLinux
import Foundation
import Glibc
import Loadgate
import Reports

/// `loadgate fleet status DIR`
struct FleetStatusCommand: ParsableCommand {
    /// What goes to standard output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// The table for people.
        case text
        /// The same for programs.
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the workers of a load stand.",
        discussion: ManualPage(
            description: """
                Reads what the workers write into the folder that they share, and writes nothing itself; run it anywhere where the \
                folder is, as often as you like. A line a worker, and the sum: what was asked for and done lately, percentiles of \
                the samples of all (added up, never averaged), errors, users that are busy, and how late sends began.

                A worker is lost once it has shown nothing for 2 s. With --watch the table is drawn again each second until \
                all have ended; where there is no terminal, a line a second goes to standard error, or with --format json to \
                standard output. Ctrl-C ends the watching, not the load.
                """,
            examples: [
                ("loadgate fleet status shared", "how they stand now"),
                ("loadgate fleet status shared --watch && loadgate merge shared --out merged", "wait, then one result"),
                (
                    "loadgate fleet status shared --metrics 127.0.0.1:9464",
                    "the metrics of all of them together, for Prometheus, until they have ended"
                ),
                ("loadgate fleet status shared --watch --format json | jq .sum.p95_ms", "a line of JSON each second"),
            ],
            files: [
                ("DIR/fleet.*", "how the workers find each other, and show that they live"),
                ("DIR/worker-*/progress.jsonl", "what each measured, second by second"),
            ],
            exitCodes: [
                (0, "all workers wait, load or have ended in order"), (1, "a worker broke an objective with abort"),
                (3, "a worker is lost or missing, so loadgate merge will say invalid; or they were refused"),
                (65, "the folder is not a fleet's"), (70, "--metrics: the address can't be had"),
                (130, "a worker was interrupted, or the watching was"),
            ],
            seeAlso: ["loadgate run", "loadgate merge", "docs/fleet.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The folder that the workers share.", valueName: "dir"), completion: .directory)
    var folder: String

    @Flag(help: "Go on until all workers have ended.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            "Serve the metrics of all workers together for Prometheus here, until they have ended, e.g. 127.0.0.1:9464; port 0: "
                + "any free one.",
            valueName: "host:port"))
    var metrics: MetricsAddress?

    @Option(help: "What to print on standard output.")
    var format: Format = .text

    @Flag(name: .shortAndLong, help: "Print nothing but errors: the exit code tells.")
    var quiet = false

    /// How often the folder is looked at, in microseconds: while it goes on, and until it is known who lives.
    private static let (period, moment): (Int64, Int64) = (1_000_000, 250_000)

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            var fleet: FleetWatch
            do {
                fleet = try FleetWatch(folder, wantsMetrics: metrics != nil)
            } catch let none as FleetWatch.NoFleet {
                Console.note("loadgate: \(none)")
                throw ExitCode.invalidScenario
            }
            let server = try served()
            defer { server?.stop() }
            fleet.look()
            if watch || metrics != nil {
                follow(&fleet, server, interruption)
            } else {
                // Whether they live shows once they write again.
                while fleet.isUnsettled || fleet.isBehind, !interruption.happened {
                    if !fleet.isBehind { Self.wait(Self.moment, interruption) }
                    fleet.look()
                }
            }
            let isLines = format == .json && watch
            if !quiet, !isLines { show(fleet.status) }
            if interruption.happened { throw ExitCode.interrupted }
            let code = Self.code(of: fleet.status)
            if code != .success { throw code }
        }
    }

    private func served() throws -> MetricsServer? {
        guard let metrics else { return nil }
        let server = try MetricsServer(metrics)
        if !quiet { Console.note("metrics: \(server.url)") }
        if let warning = server.warning { Console.note("loadgate: \(warning) (a warning)") }
        return server
    }

    /// Looks again each second until all have ended.
    private func follow(_ fleet: inout FleetWatch, _ server: MetricsServer?, _ interruption: Interruption) {
        let isRedrawn = watch && !quiet && RedrawnRegion.isPossible
        let style: TerminalSummary.Style = Console.wantsColour(STDERR_FILENO) ? .colour : .plain
        defer { if isRedrawn { RedrawnRegion.standardError.end() } }
        while !interruption.happened {
            // Half of what is known is shown to nobody.
            if fleet.isBehind {
                fleet.look()
                continue
            }
            let status = fleet.status
            if let metrics = fleet.metrics { server?.show(metrics) }
            if isRedrawn {
                RedrawnRegion.standardError.show { size in
                    FleetStatusText(status, style: style).lines(width: size.columns - 1, rows: size.rows - 1)
                }
            } else if watch, !quiet, format == .text {
                if Console.takesOutput(STDERR_FILENO) { Console.note(FleetStatusText(status, style: .plain).line) }
            }
            if watch, !quiet, format == .json { Console.result(Self.json(status, isPretty: false)) }
            if status.isOver, !fleet.isUnsettled { return }
            Self.wait(Self.period, interruption)
            fleet.look()
        }
    }

    private func show(_ status: FleetStatus) {
        switch format {
        case .json: Console.result(Self.json(status, isPretty: true))
        case .text:
            let style: TerminalSummary.Style = Console.wantsColour(STDOUT_FILENO) ? .colour : .plain
            Console.result(FleetStatusText(status, style: style).text(width: Console.width ?? 140))
        }
    }

    private static func json(_ status: FleetStatus, isPretty: Bool) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return ((try? encoder.encode(status)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
    }

    /// Waits, but not after a signal.
    private static func wait(_ microseconds: Int64, _ interruption: Interruption) {
        let end = loadgate_monotonic() + microseconds * 1_000
        while !interruption.happened, loadgate_monotonic() < end { usleep(50_000) }
    }

    private static func code(of status: FleetStatus) -> ExitCode {
        let states = Set(status.workers.map(\.state))
        if states.contains(.lost) || states.contains(.refused) { return .undecided }
        if states.contains(.missing), states.contains(where: \.isOver) { return .undecided }
        if states.contains(.aborted) { return .failed }
        if states.contains(.interrupted) || states.contains(.stopped) { return .interrupted }
        return .success
    }
}

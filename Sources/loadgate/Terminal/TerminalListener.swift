import Generator
import Loadgate
import Measures
import NIOConcurrencyHelpers
import Objectives
import Reports
import Scenarios

/// Shows a run on standard error.
final class TerminalListener: RunListener {
    private let isQuiet: Bool
    private let isLive: Bool
    private let view = NIOLockedValueBox<LiveView?>(nil)
    private let verifying: VerificationProgress

    /// - Parameters:
    ///   - isQuiet: Nothing is shown but what goes wrong.
    ///   - isLive: What goes on is shown, not only what went wrong.
    init(isQuiet: Bool, isLive: Bool) {
        self.isQuiet = isQuiet
        self.isLive = isLive
        verifying = VerificationProgress(isQuiet: isQuiet, isLive: isLive)
    }

    func didRead(_ scenario: Scenario) { Console.hide(scenario.secrets) }

    func willRun(_ scenario: Scenario, segments: Int) {
        guard !isQuiet, isLive else { return }
        view.withLockedValue { $0 = LiveView(scenario, segments: segments) }
    }

    func problem(_ message: String) { Console.note("loadgate: \(message)") }

    func note(_ message: String) { if !isQuiet { Console.note(message) } }

    func loadBegins() { shown?.begin() }

    func measured(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch) {
        shown?.show(second, line, watch: watch)
    }

    func read(_ sample: ProbeSample, of probe: String) { shown?.take(sample, of: probe) }

    func loadStops() { shown?.stop() }

    func loadEnded() { shown?.end() }

    func verifies(_ part: String) { verifying.part(part) }

    func verificationEnded() { verifying.clear() }

    private var shown: LiveView? { view.withLockedValue { $0 } }
}

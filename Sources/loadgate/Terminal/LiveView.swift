import CLinux
import Generator
import Glibc
import Measures
import NIOConcurrencyHelpers
import Objectives
import Reports
import Scenarios

/// Shows the state of a run on standard error: a few lines that are drawn again on a terminal, else a line a second.
final class LiveView: Sendable {
    /// What objectives may take of a second to be judged, in nanoseconds.
    private static let judging: Int64 = 2_000_000

    private let course: NIOLockedValueBox<LiveCourse>
    private let isOver = NIOLockedValueBox(false)
    private let isRedrawn = RedrawnRegion.isPossible
    private let style: TerminalSummary.Style = Console.wantsColour(STDERR_FILENO) ? .colour : .plain

    /// - Parameter segments: Among how many processes the load is dealt.
    init(_ scenario: Scenario, segments: Int) {
        course = NIOLockedValueBox(LiveCourse(scenario, segments: segments))
    }

    /// The load is about to begin.
    func begin() { if isRedrawn { show(course.withLockedValue { $0.state }) } }

    /// Shows the next second.
    ///
    /// - Parameters:
    ///   - line: Its line of progress.
    ///   - watch: The objectives' watch, which was fed the second.
    func show(_ second: LoadRun.Second, _ line: ProgressLine, watch: ObjectiveWatch) {
        guard isRedrawn else {
            let elapsed = Span(nanoseconds: Int64(second.number + 1) * 1_000_000_000)
            let live = LiveLine(elapsed: elapsed, total: second.planned, line: line)
            guard live.isToldAtAll else { return }
            let text = live.plain
            // Nobody reads (a pager left standing): a line less is better than a run that waits.
            if Console.takesOutput(STDERR_FILENO) { Console.note(text) }
            return
        }
        let end = loadgate_monotonic() + Self.judging
        let state = course.withLockedValue { course in
            course.feed(
                second.interval, number: second.number, isMeasured: second.isMeasured,
                loads: second.loads.map { LiveCourse.LoadState(isMeasured: $0.isMeasured, stage: $0.stage) },
                named: line.stage, planned: second.planned, watch: watch, while: { loadgate_monotonic() < end })
            return course.state
        }
        show(state)
    }

    /// Takes a sample of a probe.
    func take(_ sample: ProbeSample, of probe: String) {
        if isRedrawn { course.withLockedValue { $0.feed(sample, of: probe) } }
    }

    /// The run was told to end.
    func stop() {
        guard isRedrawn else { return }
        let state = course.withLockedValue { course in
            course.stop()
            return course.state
        }
        show(state)
    }

    /// Takes it away.
    func end() {
        isOver.withLockedValue { $0 = true }
        if isRedrawn { RedrawnRegion.standardError.end() }
    }

    private func show(_ state: LiveState) {
        isOver.withLockedValue { isOver in
            // A signal may come after the load: what is drawn then is not of the load.
            if isOver { return }
            RedrawnRegion.standardError.show { [style] size in
                LiveBlock(state, width: size.columns, height: size.rows, style: style).lines
            }
        }
    }
}

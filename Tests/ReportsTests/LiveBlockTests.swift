import Measures
import Objectives
import Testing

@testable import Reports

@Suite struct LiveBlockTests {
    private static func objective(
        _ measure: String, _ limit: String, _ standing: RunningJudge.Standing, _ observed: String? = nil
    ) -> LiveState.Objective {
        LiveState.Objective(measure: measure, limit: limit, standing: standing, observed: observed)
    }

    private static var state: LiveState {
        var state = LiveState()
        state.elapsed = Span(seconds: 12)
        state.total = Span(seconds: 60)
        state.share = 0.2
        state.left = Span(seconds: 48)
        state.stage = "2/3 200/s"
        state.intended = 200
        state.begun = 198
        state.rates = [0, 100, 200, 400, 400, 396]
        state.latencies = [0.987, 12.345, 123.456]
        state.slowest = [2, 2, 4, 8]
        state.exchanges = 2_400
        state.bad[.http5xx] = 10
        state.bad[.refused] = 2
        state.users = 12
        state.objectives = [
            objective("p95 response_time of browse", "< 200ms", .ok, "12.345 ms"),
            objective("availability", "> 99.9%", .broken, "99.5 %"),
            objective("p99 response_time of browse", "< 500ms in any 10s", .noData),
            objective("errors", "< 1%", .open, "0.5 %"),
        ]
        state.probes = [.init(name: "pool", value: 7), .init(name: "origin", value: nil)]
        return state
    }

    private static func text(
        _ state: LiveState, width: Int, height: Int, style: TerminalSummary.Style = .plain
    ) -> String {
        LiveBlock(state, width: width, height: height, style: style).lines.joined(separator: "\n")
    }

    @Test("at 80 columns and 24 rows everything has its line")
    func whole() {
        #expect(
            Self.text(Self.state, width: 80, height: 24) == """
                ━━━━━━────────────────────────  12s of 60s  48s left  2/3 200/s
                rate     198 of 200 arrivals/s · 396 exchanges/s  ▁▃▅███
                latency  p50 0.99 · p95 12.3 · p99 123 ms  ▃▃▅█
                errors   12 of 2,400 (0.5 %) · http_5xx 10 · refused 2
                users    12 · dropped 0
                ok       12.345 ms  p95 response_time of browse < 200ms
                broken      99.5 %  availability > 99.9%
                no data          –  p99 response_time of browse < 500ms in any 10s
                open         0.5 %  errors < 1%
                probes   pool 7 · origin not read
                """)
    }

    @Test("at 40 columns and 10 rows the worst objectives stay, and what must hold of them")
    func small() {
        #expect(
            Self.text(Self.state, width: 40, height: 10) == """
                ━─────  12s of 60s  48s left  2/3 200/s
                rate     198 of 200 arrivals/s · 396 e…
                latency  p50 0.99 · p95 12.3 · p99 123…
                errors   12 of 2,400 (0.5 %) · http_5x…
                users    12 · dropped 0
                broken   99.5 %  availability > 99.9%
                no data       –  p99 response_time of …
                … 2 more: 1 ok, 1 open
                probes   pool 7 · origin not read
                """)
    }

    @Test(
        "a block has fewer lines than the terminal has rows, and none is wider than it",
        arguments: [1, 2, 5, 10, 24, 50], [1, 2, 10, 20, 40, 80, 200])
    func bounds(height: Int, width: Int) {
        var wide = Self.state
        wide.stage = "1/1 見積書の見積書の見積書の見積書"
        wide.objectives += (0..<60).map {
            Self.objective("p95 response_time of 見積\($0)\u{1b}[2J", "< 1ms", .open, "見")
        }
        for state in [LiveState(), Self.state, wide] {
            let lines = LiveBlock(state, width: width, height: height, style: .plain).lines
            #expect((1...max(1, height - 1)).contains(lines.count))
            for line in lines { #expect(DisplayWidth.of(line) <= max(1, width - 1), "\(line)") }
            #expect(!lines.joined().contains("\u{1b}"))
            let coloured = LiveBlock(state, width: width, height: height, style: .colour).lines
            #expect(coloured.map { $0.replacing(/\u{1b}\[[0-9]+m/, with: "") } == lines)
        }
    }

    @Test("a run that has not begun, that warms up, that ends")
    func phases() {
        var state = LiveState()
        #expect(
            Self.text(state, width: 80, height: 24) == """
                0s
                rate     0 exchanges/s
                latency  no answer yet
                errors   0 of 0
                users    0 · dropped 0
                """)
        state.elapsed = Span(seconds: 1)
        state.stage = "1/2 20/s warm-up"
        state.rates = [19]
        state.isWarmingUp = true
        #expect(Self.text(state, width: 80, height: 3) == "1s  1/2 20/s warm-up\nrate     19 exchanges/s (warm-up)")
        state.stage = nil
        #expect(Self.text(state, width: 80, height: 2) == "1s  finishing what is under way")
        state.isStopping = true
        #expect(Self.text(state, width: 80, height: 2) == "1s  stopping; Ctrl-C cuts off what is under way")
    }

    @Test("a verification's part shows how long it has gone on")
    func part() {
        #expect(LivePart.line("cors: preflights", seconds: 0, width: 80) == "cors: preflights")
        #expect(LivePart.line("cors: preflights", seconds: 3, width: 80) == "cors: preflights, 3 s")
        #expect(LivePart.line("cors: pre\u{1b}flights", seconds: 30, width: 16) == "cors: pr…, 30 s")
        for width in 0...20 {
            #expect(DisplayWidth.of(LivePart.line("見積書: 見積", seconds: 12, width: width)) <= max(0, width - 1))
        }
    }
}

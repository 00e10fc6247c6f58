import CLinux
import Generator
import Glibc
import Measures
import VerificationKit

/// Carries a course out: sends what it plans, and gives it what came of that.
struct VerificationRunner {
    /// Sends planned exchanges.
    var sender: ExchangeSender
    /// Reads a probe of the scenario once.
    var readProbe: (String) -> Double?
    var interruption: Interruption
    /// Told of each part before it begins.
    var onPart: (String) -> Void

    /// No course has more parts than that: the loop ends even where a course would not.
    private static let partLimit = 100_000

    /// What the course came to; where the run is interrupted, what is known until then.
    func report(of start: some VerificationCourse) -> VerificationReport {
        var course = start
        var exchanges = 0
        let began = loadgate_monotonic()
        _ = sender.takeStall()
        loop: for _ in 0..<Self.partLimit {
            guard !interruption.happened, let action = course.nextAction() else { break }
            switch action {
            case .send(let batch, let purpose):
                onPart(purpose)
                let observed = sender.send(batch) { [interruption] in interruption.happened }
                // What was cut off says nothing about the target.
                if interruption.happened { break loop }
                exchanges += observed.count
                course.take(observed)
            case .read(let probe):
                course.take(reading: readProbe(probe))
            case .wait(let span, let purpose):
                onPart(purpose)
                wait(span)
                if interruption.happened { break loop }
                course.take([])
            }
        }
        var report = course.report()
        let stall = sender.takeStall()
        if stall > .zero { report.excuse(stall: stall) }
        report.exchanges = exchanges
        report.duration = Span(nanoseconds: loadgate_monotonic() - began)
        return report
    }

    private func wait(_ span: Span) {
        let end = loadgate_monotonic() + span.nanoseconds
        while !interruption.happened {
            let left = end - loadgate_monotonic()
            if left <= 0 { return }
            usleep(UInt32(min(left / 1_000 + 1, 50_000)))
        }
    }
}

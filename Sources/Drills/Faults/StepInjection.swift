internal import Measures
internal import NIOConcurrencyHelpers
internal import Scenarios

/// A fault that is a program or a request, and is undone by another.
final class StepInjection: FaultInjection {
    private let runner: StepRunner
    private let step: RecoveryStep
    private let undoStep: RecoveryStep?
    let undoLimit: Span
    private let done = NIOLockedValueBox<FaultEffect?>(nil)
    private let undone = NIOLockedValueBox<String?>(nil)

    /// `undo`: nil where nothing has to be undone.
    init(_ step: RecoveryStep, undo: RecoveryStep?, values: SecretValues, undoLimit: Span) {
        runner = StepRunner(values: values)
        self.step = step
        undoStep = undo
        self.undoLimit = undoLimit
    }

    var recovery: [RecoveryStep] { undoStep.map { [$0] } ?? [] }
    var secrets: [String: String] { runner.values.known }
    var needsUndo: Bool { undoStep != nil }

    func apply(stop: StopSignal) throws(FaultFailure) {
        let evidence = try runner.carryOut(step, stop: stop)
        done.withLockedValue { $0 = FaultEffect(at: .now, evidence: evidence) }
    }

    /// It did what it was to do.
    func effect() -> FaultEffect? { done.withLockedValue { $0 } }

    func undo() throws(FaultFailure) {
        guard let undoStep else { return }
        let evidence = try runner.carryOut(undoStep)
        undone.withLockedValue { $0 = evidence }
    }

    func verifyUndone() -> String? { undone.withLockedValue { $0 } }
}

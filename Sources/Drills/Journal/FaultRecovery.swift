internal import Foundation
internal import Glibc
internal import Scenarios

/// Undoes the faults of a run that can't do it itself any more, from its journal.
public enum FaultRecovery {
    /// What became of an open fault.
    public struct Outcome: Sendable, CustomStringConvertible {
        /// The fault.
        public var fault: JournaledFault
        /// What shows that it is undone; nil: it isn't.
        public var evidence: String?
        /// Why it isn't; nil: it is.
        public var problem: String?
        /// What a person must do, a line each, without secrets.
        public var byHand: [String] = []

        /// In a line.
        public var description: String {
            if let evidence { return "undone: \(fault.source) (\(evidence))" }
            let hands = byHand.isEmpty ? "" : "; to be done by hand: \(byHand.joined(separator: "; "))"
            return "NOT undone: \(fault.source): \(problem ?? "unknown")\(hands)"
        }
    }

    /// How often each undo is tried.
    private static let attempts = 3

    /// Undoes all open faults of a folder, the newest first; a failure keeps none from being tried, and is tried again.
    ///
    /// - Parameters:
    ///   - role: Who does it, for others that want to: `recover` or `guardian`.
    ///   - environment: Where `${env:…}` of undos is looked up.
    ///   - secrets: What is known of secrets besides, by where they come from.
    ///   - onOutcome: Is told each as it is settled.
    /// - Returns: What became of them; empty: none was open.
    /// - Throws: `JournalProblem`, where another process is at it, too.
    public static func recover(
        folder: String, as role: String = "recover", environment: [String: String], secrets: [String: String] = [:],
        onOutcome: (Outcome) -> Void = { _ in }
    ) throws(JournalProblem) -> [Outcome] {
        var file: JournalFile
        do throws(JournalProblem) {
            file = try JournalFile(folder: folder, makes: false)
        } catch {
            if case .missing = error { return [] }
            throw error
        }
        defer { file.closeFile() }
        let open = try file.read().open
        guard !open.isEmpty else { return [] }
        // A full disk keeps nobody from undoing.
        try? file.append(FaultJournal.opening(role))
        var outcomes: [Outcome] = []
        var left = Array(open.reversed())
        for attempt in 1...attempts where !left.isEmpty {
            if attempt > 1 { usleep(UInt32(attempt - 1) * 350_000) }
            var failed: [JournaledFault] = []
            for fault in left {
                var outcome = outcome(of: fault, environment, secrets)
                if let evidence = outcome.evidence {
                    try? file.append(.undone(fault: fault.number, evidence: evidence))
                } else if attempt < attempts {
                    failed.append(fault)
                    continue
                } else {
                    outcome.byHand = fault.recovery.map(\.words)
                    try? file.append(.left(fault: fault.number, problem: outcome.problem ?? ""))
                }
                outcomes.append(outcome)
                onOutcome(outcome)
            }
            left = failed
        }
        return outcomes
    }

    private static func outcome(
        of fault: JournaledFault, _ environment: [String: String], _ secrets: [String: String]
    ) -> Outcome {
        var values = SecretValues(environment: environment, folder: fault.folder)
        values.add(secrets)
        let isSameStart = fault.boot == ProcessState.boot
        if fault.recovery.isEmpty {
            guard isSameStart, fault.process.id != getpid(), fault.process.now != nil else {
                return Outcome(fault: fault, evidence: "it ended with its run, or had nothing to be undone")
            }
            return Outcome(fault: fault, problem: "its run is alive: end process \(fault.process.id)")
        }
        let runner = StepRunner(values: values, folder: fault.folder)
        var evidence: [String] = []
        do throws(FaultFailure) {
            for step in fault.recovery {
                evidence.append(
                    !isSameStart && step.isOfMachine
                        ? "the machine was started again since" : try runner.carryOut(step))
            }
            return Outcome(fault: fault, evidence: evidence.joined(separator: ", "))
        } catch {
            return Outcome(fault: fault, problem: values.hidden.redact("\(error)"))
        }
    }
}

extension RecoveryStep {
    /// True of what doesn't outlast the machine's start.
    fileprivate var isOfMachine: Bool {
        switch self {
        case .run, .send: false
        case .raiseLink, .dropBlackhole, .resume: true
        }
    }
}

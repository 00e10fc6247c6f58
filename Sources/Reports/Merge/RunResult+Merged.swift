public import Measures
internal import Objectives
internal import Scenarios
internal import VerificationKit

extension RunResult {
    /// The result of a load that several processes carried, each a segment of it: what one process would have found that had
    /// recorded all their samples. Judged is the whole, never a worker.
    ///
    /// One second of each log is in memory at a time.
    ///
    /// - Parameters:
    ///   - folders: What the processes left, in any order.
    ///   - allowedSkew: How far apart their starts may be.
    /// - Throws: `MergeRefusal` where they are not of one load, `FileFailure` and `ResultFile.Malformed` where a log can't be
    ///   read.
    public init(merging folders: [String], allowedSkew: Span) throws {
        let set = try WorkerSet(folders, allowedSkew: allowedSkew)
        var header = set.workers[0].header
        header.started = set.workers.min { $0.record.began < $1.record.began }?.header.started ?? header.started
        var run = LoggedRun(header, reactors: set.workers.reduce(0) { $0 + $1.header.reactors })
        while let second = try set.nextSecond(of: run.measurement) { run.take(second) }
        run.take(set.end)

        // The first segment alone had the services, verifications and probes; a signal may have cut it off behind its load.
        let first = set.workers.first { $0.record.segment == 0 }?.result
        let ended = (first?.audit.reasons ?? []).filter { $0.kind == .service }.map {
            GeneratorAudit.Reason(kind: $0.kind, cause: $0.cause, hint: $0.hint)
        }
        var judgement = run.judgement(
            isWhole: set.isWhole && !(first?.partial ?? run.isJudgedElsewhere), reasons: set.reasons + ended)
        judgement.take(first)
        self = run.result(judgement, use: set.use)
        verifications = first?.verifications
        probes = first?.probes
        services = first?.services
        environment = first?.environment
        changes?.sort { $0.at < $1.at }
        takeLeavings(of: set)
        fleet = set.result(allowedSkew: allowedSkew)
    }

    private mutating func takeLeavings(of set: WorkerSet) {
        var kept = KeptExchanges(steps: set.workers[0].header.steps)
        for worker in set.workers {
            guard let leavings = worker.leavings else { continue }
            for (name, record) in leavings.names {
                names = names ?? [:]
                if names?[name]?.add(record) == nil { names?[name] = record }
            }
            kept.add(leavings.exchanges, worker: worker.record.shown)
        }
        keptExchanges = kept.chosen
        let bad = outcomes.reduce(UInt64(0)) { sum, outcome in
            [Outcome.ok, .unfinished, .notSent].map(\.label).contains(outcome.key) ? sum : sum + outcome.value
        }
        evidence = EvidenceResult(keptExchanges, bad: bad)
    }
}

extension LoggedRun {
    /// True where the scenario has services, verifications or probes: what became of them is not in logs.
    fileprivate var isJudgedElsewhere: Bool {
        header.plan?.services != nil || header.plan?.verifications != nil || header.plan?.probes != nil
    }
}

extension RunJudgement {
    /// Takes what the first segment found of the verifications and probes, which are none of the load's.
    fileprivate mutating func take(_ first: RunResult?) {
        guard let first else { return }
        for index in findings.indices {
            let objective = findings[index].objective
            guard objective.measure.isBesideLoad,
                let result = first.objectives.first(where: { $0.objective == objective.source })
            else { continue }
            findings[index] = ObjectiveFinding(
                objective: objective, verdict: result.verdict, observed: result.observed, bound: result.bound,
                samples: result.samples, unit: result.unit, note: result.note)
            grounds.objectives[index].verdict = result.verdict
        }
        grounds.verifications = (first.verifications ?? []).map { .init($0.verdict, $0.severity) }
    }
}

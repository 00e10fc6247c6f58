public import Failover
import Measures
public import Scenarios
public import VerificationKit

/// What a drill showed, as it stands in a result. All times are seconds from the beginning of the load, all spans seconds.
public struct DrillResult: Codable, Equatable, Sendable {
    /// A time in which a flow had no success.
    public struct Outage: Codable, Equatable, Sendable {
        /// The flow's name.
        public var flow: String
        /// The intended send of its first failure.
        public var start: Double
        /// The next success; absent: none came before the load's end.
        public var end: Double?
        /// The failures in it.
        public var failed: Int
    }

    /// What became of a fault.
    public struct Fault: Codable, Equatable, Sendable {
        /// As the scenario has it.
        public var fault: String
        /// When it was brought about; absent: never.
        public var applied: Double?
        /// When it was confirmed to have taken effect; absent: never.
        public var effective: Double?
        /// What confirmed it.
        public var evidence: String?
        /// Why it could not be brought about, or not be confirmed.
        public var problem: String?
        /// When it was undone; absent: it wasn't, or had nothing to undo.
        public var undone: Double?
        /// What shows that it was undone, or why it wasn't.
        public var undo: String?
    }

    /// A change of a role.
    public struct Role: Codable, Equatable, Sendable {
        /// The probe.
        public var probe: String
        /// When it was seen.
        public var time: Double
        /// The value before.
        public var before: Double?
        /// The value from then on.
        public var after: Double?
    }

    /// A lost write.
    public struct LostWrite: Codable, Equatable, Sendable {
        /// Its id.
        public var id: String
        /// When it was sent.
        public var sent: Double
        /// When it was acknowledged.
        public var acknowledged: Double?
    }

    /// A write that is there and should not be.
    public struct UnexpectedWrite: Codable, Equatable, Sendable {
        /// Its id.
        public var id: String
        /// When it was sent, and then refused; absent: it was never sent.
        public var refused: Double?
    }

    /// How the steady-state hypothesis held over a stretch of the load.
    public struct Phase: Codable, Equatable, Sendable {
        /// What an objective came to.
        public struct Judged: Codable, Equatable, Sendable {
            /// The objective as written.
            public var objective: String
            /// What it came to.
            public var verdict: Verdict
            /// The figure; absent: nothing was measured.
            public var observed: Double?
            /// Its unit.
            public var unit: MeasuredUnit?
        }

        /// `before` the first fault, `recovered` for the first time after it, or `after` all, at the load's end.
        public var phase: DrillReport.Phase.Name
        /// Its beginning.
        public var from: Double
        /// Its end.
        public var to: Double
        /// Whether the hypothesis held.
        public var holds: Bool
        /// Why it did not.
        public var because: String?
        /// What each objective came to.
        public var objectives: [Judged]
    }

    /// Who answered.
    public struct Answerer: Codable, Equatable, Sendable {
        /// The value of the header field.
        public var name: String
        /// From t₀ to the end of the last second in which it answered before the first restore; absent: in none.
        public var lastAfterT0: Double?
        /// Good answers by second.
        public var good: [Int]

        enum CodingKeys: String, CodingKey {
            case name
            case lastAfterT0 = "last_after_t0_seconds"
            case good
        }
    }

    /// Why the drill says nothing; absent where it does.
    public var inconclusive: [String]?
    /// What else there is to say.
    public var notes: [String]?
    /// When the first fault took effect.
    public var t0: Double?
    /// The longest outage; absent: it had not ended, or there is none to tell of.
    public var outage: Double?
    /// First failure or change of a role − t₀.
    public var detection: Double?
    /// First success after the first failure − t₀.
    public var rtoFirst: Double?
    /// Start of the first window that meets all objectives − t₀.
    public var rto: Double?
    /// The same after the last restore.
    public var failback: Double?
    /// How far off `rto` may be.
    public var resolution: Double?
    /// How far off the others may be.
    public var outageResolution: Double?
    /// Likewise.
    public var detectionResolution: Double?
    /// Likewise.
    public var rtoFirstResolution: Double?
    /// Likewise; the same as `resolution`.
    public var rtoResolution: Double?
    /// Likewise.
    public var failbackResolution: Double?
    /// How the steady-state hypothesis held, phase by phase; absent: no fault was brought about.
    public var hypothesis: [Phase]?
    /// The longest outage of exchanges on new connections, and on kept ones.
    public var freshOutage: Double?
    /// The same on kept ones.
    public var pooledOutage: Double?
    /// Bad attempts over those that thirty days allow.
    public var budget: Double?
    /// Writes sent; absent where they were not audited.
    public var writes: UInt64?
    /// Those with a good answer.
    public var acknowledged: UInt64?
    /// From the acknowledgement of the oldest lost write to t₀.
    public var rpo: Double?
    /// Acknowledged, and not found again.
    public var lostWrites: UInt64?
    /// Those of them acknowledged after t₀.
    public var splitBrainLoss: UInt64?
    /// Indeterminate, and found again.
    public var recovered: UInt64?
    /// Applied more than once.
    public var duplicates: UInt64?
    /// Timed out, or cut off after sending.
    public var indeterminate: UInt64?
    /// Reads that missed what was acknowledged before.
    public var staleReads: UInt64?
    /// There, though never sent or refused for certain; absent: there is no list, and none of the refused was found.
    public var unexpected: UInt64?
    /// Refused for certain.
    public var refused: UInt64?
    /// Not decided by the final read.
    public var undecided: UInt64?
    /// The first unexpected writes.
    public var unexpectedWrites: [UnexpectedWrite]?
    /// The first lost writes.
    public var lost: [LostWrite]?
    /// When all faults were undone before their time, and why.
    public var healedEarly: Double?
    /// Why.
    public var healedBecause: String?
    /// All outages since the first fault.
    public var outages: [Outage]
    /// What was broken.
    public var faults: [Fault]
    /// Changes of roles.
    public var roles: [Role]
    /// Good exchanges by second of their intended send.
    public var good: [Int]
    /// Bad ones.
    public var bad: [Int]
    /// Who answered; absent where it was not told.
    public var answeredBy: [Answerer]?
    /// Where requests went; absent where there was one address only.
    public var addresses: [Address]?

    /// What an address of the load's endpoints got.
    public struct Address: Codable, Equatable, Sendable {
        /// The numeric address.
        public var address: String
        /// Requests by second of their sending: those that were to be sent and found no connection among them.
        public var sent: [Int]
        /// Those of them that failed.
        public var failed: [Int]
        /// When the last one between t₀ and the first restore was sent, from t₀; absent: none was.
        public var lastAfterT0: Double?
        /// The same of those for which a connection was opened.
        public var lastFresh: Double?
        /// The same of those over kept connections.
        public var lastPooled: Double?

        enum CodingKeys: String, CodingKey {
            case address, sent, failed
            case lastAfterT0 = "last_after_t0_seconds"
            case lastFresh = "last_fresh_after_t0_seconds"
            case lastPooled = "last_pooled_after_t0_seconds"
        }
    }

    enum CodingKeys: String, CodingKey {
        case inconclusive, notes
        case t0 = "t0_seconds"
        case outage = "outage_seconds"
        case detection = "detection_seconds"
        case rtoFirst = "rto_first_seconds"
        case rto = "rto_seconds"
        case failback = "failback_seconds"
        case resolution = "resolution_seconds"
        case outageResolution = "outage_resolution_seconds"
        case detectionResolution = "detection_resolution_seconds"
        case rtoFirstResolution = "rto_first_resolution_seconds"
        case rtoResolution = "rto_resolution_seconds"
        case failbackResolution = "failback_resolution_seconds"
        case hypothesis
        case freshOutage = "fresh_outage_seconds"
        case pooledOutage = "pooled_outage_seconds"
        case budget, writes, acknowledged
        case rpo = "rpo_seconds"
        case lostWrites = "lost_writes"
        case splitBrainLoss = "split_brain_loss"
        case recovered, duplicates, indeterminate
        case staleReads = "stale_reads"
        case unexpected, refused, undecided, lost
        case unexpectedWrites = "unexpected_writes"
        case healedEarly = "healed_early_seconds"
        case healedBecause = "healed_because"
        case outages, faults, roles, good, bad
        case answeredBy = "answered_by"
        case addresses
    }
}

extension DrillResult {
    /// What is told of a fault that leaves nothing behind.
    static let nothingToUndo = "nothing to undo"

    /// The result of a report. Texts that others wrote are shown without the scenario's secrets.
    public init(_ report: DrillReport, scenario: Scenario) {
        let redact = scenario.secrets.redact
        func seconds(_ instant: Instant?) -> Double? { instant.map { ($0 - report.start).seconds } }
        inconclusive = report.inconclusive.isEmpty ? nil : report.inconclusive.map(redact)
        notes = report.notes.isEmpty ? nil : report.notes.map(redact)
        t0 = report.t0?.seconds
        outage = report.outage?.value.seconds
        detection = report.detection?.value.seconds
        rtoFirst = report.rtoFirst?.value.seconds
        rto = report.rto?.value.seconds
        failback = report.failback?.value.seconds
        resolution = report.rto?.resolution.seconds
        outageResolution = report.outage?.resolution.seconds
        detectionResolution = report.detection?.resolution.seconds
        rtoFirstResolution = report.rtoFirst?.resolution.seconds
        rtoResolution = resolution
        failbackResolution = report.failback?.resolution.seconds
        if !report.phases.isEmpty {
            hypothesis = report.phases.map { phase in
                Phase(
                    phase: phase.name, from: phase.from.seconds, to: phase.to.seconds, holds: phase.obstacle == nil,
                    because: phase.obstacle.map(redact),
                    objectives: phase.objectives.map {
                        Phase.Judged(
                            objective: redact(scenario.objectives[$0.objective].source), verdict: $0.verdict,
                            observed: $0.observed, unit: $0.unit)
                    })
            }
        }
        freshOutage = report.freshOutage?.seconds
        pooledOutage = report.pooledOutage?.seconds
        budget = report.budget
        if let audited = report.writes {
            writes = audited.attempted
            acknowledged = audited.acknowledged
            rpo = audited.rpo?.seconds
            lostWrites = audited.lost
            splitBrainLoss = audited.splitBrainLoss
            recovered = audited.recovered
            duplicates = audited.duplicates
            indeterminate = audited.indeterminate
            staleReads = audited.staleReads
            unexpected = audited.unexpected
            refused = audited.failed
            undecided = audited.undecided
            if !audited.unexpectedExamples.isEmpty {
                unexpectedWrites = audited.unexpectedExamples.map {
                    UnexpectedWrite(id: redact($0.id), refused: $0.refused?.seconds)
                }
            }
            lost = audited.examples.map {
                LostWrite(id: redact($0.id), sent: $0.sent.seconds, acknowledged: $0.acknowledged?.seconds)
            }
        }
        healedEarly = report.healedEarly?.at.seconds
        healedBecause = report.healedEarly.map { redact($0.because) }
        let flows = scenario.flowLabels
        outages = report.outages.map {
            Outage(flow: flows[$0.flow], start: $0.start.seconds, end: $0.end?.seconds, failed: $0.failed)
        }
        faults = report.faults.map { record in
            var fault = Fault(
                fault: redact(record.source), applied: seconds(record.applied), effective: seconds(record.effective),
                evidence: record.evidence.map(redact), problem: record.problem.map(redact))
            switch record.undo {
            case .done(let at, let evidence): (fault.undone, fault.undo) = (seconds(at), redact(evidence))
            case .failed(_, let problem): fault.undo = "not undone: \(redact(problem))"
            case .notNeeded: fault.undo = Self.nothingToUndo
            case .open: break
            }
            return fault
        }
        roles = report.roles.map { role in
            Role(probe: redact(role.probe), time: seconds(role.at) ?? 0, before: role.before, after: role.after)
        }
        if !report.addresses.isEmpty {
            addresses = report.addresses.map {
                Address(
                    address: $0.address, sent: $0.sent, failed: $0.failed, lastAfterT0: $0.last?.seconds,
                    lastFresh: $0.lastFresh?.seconds, lastPooled: $0.lastPooled?.seconds)
            }
        }
        good = report.seconds.map(\.good)
        bad = report.seconds.map(\.bad)
        if !report.answerers.isEmpty {
            answeredBy = report.answerers.enumerated().map { index, name in
                Answerer(
                    name: redact(name),
                    lastAfterT0: report.lastAnswers.indices.contains(index)
                        ? report.lastAnswers[index]?.seconds : nil,
                    good: report.seconds.map { $0.answeredBy[UInt8(index + 1)] ?? 0 })
            }
        }
    }
}

import CLinux
import Drills
import Foundation
import Glibc
import Measures
import NIOConcurrencyHelpers
import Scenarios
import TestSupport
import Testing

/// The program that conducts drills for tests, and is their guardian.
let driver = Binary.url(of: "drill-driver").path

func texts(_ words: String...) -> [Text] { words.map { Text($0) } }

func event(
    _ milliseconds: Int, _ rule: any FaultRule, name: String? = nil, effective: EffectCheck? = nil
) -> DrillEvent {
    var event = DrillEvent(at: .milliseconds(milliseconds), action: .fault(rule), source: "fault \(name ?? "")")
    event.name = name
    event.effective = effective
    return event
}

func restore(_ milliseconds: Int, _ name: String) -> DrillEvent {
    DrillEvent(at: .milliseconds(milliseconds), action: .restore(name), source: "restore \(name)")
}

/// A program that makes a file, undone by removing it.
func touch(_ path: String) -> CommandFault {
    CommandFault(command: texts("touch", path), undo: .command(texts("rm", "-f", path)))
}

/// What happened, in order.
final class Occurrences: Sendable {
    private let box = NIOLockedValueBox<[DrillOccurrence]>([])
    func take(_ occurrence: DrillOccurrence) { box.withLockedValue { $0.append(occurrence) } }
    var all: [DrillOccurrence] { box.withLockedValue { $0 } }
    func kinds(_ fault: Int = 0) -> [DrillOccurrence.Kind] { all.filter { $0.fault == fault }.map(\.kind) }
    func has(_ kind: DrillOccurrence.Kind, _ fault: Int = 0) -> Bool { kinds(fault).contains(kind) }
}

/// A conductor over a folder of its own.
struct Stage {
    let folder: TemporaryFolder
    let conductor: DrillConductor
    let occurrences = Occurrences()

    init(
        _ timeline: [DrillEvent], site: DrillSite = DrillSite(services: ServiceSupervisor()), only: [String] = [],
        patience: Duration = .milliseconds(500), in folder: TemporaryFolder? = nil
    ) throws {
        self.folder = try folder ?? TemporaryFolder()
        conductor = try DrillConductor(
            Drill(timeline: timeline), at: site, journal: try FaultJournal(folder: self.folder.path), only: only,
            patience: patience, environment: ["LOADGATE_PROGRAM": driver], onEvent: occurrences.take)
    }

    func begin() { conductor.begin(at: Instant(nanoseconds: loadgate_monotonic())) }

    func run() -> [FaultRecord] {
        begin()
        return conductor.finish()
    }

    func waitFor(_ kind: DrillOccurrence.Kind, _ fault: Int = 0) -> Bool {
        Wait.until { occurrences.has(kind, fault) }
    }
}

extension FaultRecord {
    var isUndone: Bool { if case .done = undo { true } else { false } }
    var undoProblem: String? { if case .failed(_, let problem) = undo { problem } else { nil } }
}

/// The letter of a process's state; nil: there is none.
func processState(_ id: Int32) -> Character? {
    guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .isoLatin1),
        let close = text.lastIndex(of: ")")
    else { return nil }
    return text[text.index(after: close)...].first { $0 != " " }
}

func isGone(_ id: Int32) -> Bool { [nil, "Z", "X"].contains(processState(id)) }

/// A port on which nobody listens.
struct FreePort {
    let port: Int

    init() throws {
        let server = try ScriptedServer(always: "")
        server.stop()
        port = server.port
    }
}

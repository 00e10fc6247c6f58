// A drill without a load, for the tests of what kills it: `drill-driver drill FOLDER STATE` conducts faults that leave files in
// STATE, and `drill-driver guardian --journal FOLDER` is its guardian.
import CLinux
import Drills
import Foundation
import Glibc
import Measures
import Scenarios

func texts(_ command: [String]) -> [Text] { command.map { Text($0) } }

/// A program that makes files, in several steps, and what removes them.
func fault(_ names: [String], pause: String, in state: String) -> CommandFault {
    let files = names.map { "\(state)/\($0)" }
    let steps = files.map { "touch \($0)" }.joined(separator: "; sleep \(pause); ")
    return CommandFault(command: texts(["sh", "-c", steps]), undo: .command(texts(["rm", "-f"] + files)))
}

func drill(_ folder: String, _ state: String) throws {
    var service = Service(name: "service", command: texts(["sh", "-c", "echo $$ >> \(state).pids; exec sleep 1000"]))
    service.startTimeout = .seconds(10)
    let services = ServiceSupervisor()
    try services.start([service], onExit: { _ in })
    func event(_ milliseconds: Int, _ action: DrillEvent.Action, _ name: String? = nil) -> DrillEvent {
        var event = DrillEvent(at: .milliseconds(milliseconds), action: action, source: "fault at \(milliseconds) ms")
        event.name = name
        return event
    }
    let drill = Drill(timeline: [
        event(0, .fault(fault(["a", "b"], pause: "0.01", in: state))),
        event(10, .fault(ProcessFault(.pause, service: "service"))),
        event(20, .fault(fault(["c", "d", "e"], pause: "0.02", in: state)), "middle"),
        event(60, .restore("middle")),
        event(60, .fault(ProcessFault(.kill, service: "service"))),
        event(80, .fault(fault(["f"], pause: "0", in: state))),
        event(120, .restore("service")),
    ])
    let journal = try FaultJournal(folder: folder)
    let conductor = try DrillConductor(drill, at: DrillSite(services: services), journal: journal)
    conductor.begin(at: Instant(nanoseconds: loadgate_monotonic()))
    let records = conductor.finish()
    services.stop()
    for record in records { print(record.source, record.problem ?? "", record.undo) }
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "guardian":
    Guardian.guardRun(folder: arguments.last ?? "", environment: ProcessInfo.processInfo.environment)
case "drill" where arguments.count == 3: try drill(CommandLine.arguments[2], CommandLine.arguments[3])
default: exit(64)
}

import ArgumentParser
import Foundation

/// `loadgate doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine allows, and what to change.",
        discussion:
            "Sends nothing but to itself, over loopback. Takes about half a second. Exit code 0, whatever it finds.")

    func run() {
        let findings = MachineProbe.all()
        let width = findings.map(\.subject.count).max() ?? 0
        for finding in findings {
            let subject = finding.subject.padding(toLength: width, withPad: " ", startingAt: 0)
            Console.result("\(finding.hint == nil ? "ok  " : "note")  \(subject)  \(finding.fact)\n")
            if let hint = finding.hint { Console.result("\(String(repeating: " ", count: width + 8))→ \(hint)\n") }
        }
    }
}

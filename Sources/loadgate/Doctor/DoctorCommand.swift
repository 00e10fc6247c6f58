import ArgumentParser
import Foundation

/// `loadgate doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine allows, and what to change.",
        discussion: ManualPage(
            description: """
                Processors, descriptors, ports, clock, timers, the kernel's receive stamps. A line that begins with \
                `note` has a remedy below it. Sends nothing but to itself, over loopback, and takes about half a second.
                """,
            examples: [("loadgate doctor", "before a large load, or in a container")],
            exitCodes: [(0, "whatever it finds")],
            seeAlso: ["docs/troubleshooting.md"]
        ).discussion)

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

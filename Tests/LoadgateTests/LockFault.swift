import CLinux
import Drills
import Foundation
import Measures
import Scenarios

/// A kind of fault from outside the product: a file that stops a service while it is there.
struct LockFault: WordedFault, InjectableFault {
    static let verbs = ["lock"]
    static let usage = "lock FILE"
    static let summary = "Makes the file that stops a service while it is there; undone by taking it away."

    var file: String
    var subject: FaultSubject { .other }

    init(verb: String, _ words: inout FaultWords) throws(GrammarError) { file = try words.next("a file") }

    func touches(at site: DrillSite) -> String { "the file \(file)" }
    func undoing(at site: DrillSite) -> String { "takes \(file) away" }
    func outlivesProcess(at site: DrillSite) -> Bool { true }
    func obstacle(at site: DrillSite) -> String? { nil }
    func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection { Lock(file: file) }

    private final class Lock: FaultInjection {
        let file: String
        let undoLimit = Span(seconds: 5)

        init(file: String) { self.file = file }

        var recovery: [RecoveryStep] { [.run(["rm", "-f", file].map { JournaledText($0) }, seconds: 5)] }

        func apply(stop: StopSignal) throws(FaultFailure) {
            guard FileManager.default.createFile(atPath: file, contents: nil) else {
                throw FaultFailure("\(file) can't be made")
            }
        }

        func effect() throws(FaultFailure) -> FaultEffect? {
            guard FileManager.default.fileExists(atPath: file) else { return nil }
            return FaultEffect(at: Instant(nanoseconds: loadgate_monotonic()), evidence: "\(file) is there")
        }

        func undo() throws(FaultFailure) { try? FileManager.default.removeItem(atPath: file) }

        func verifyUndone() throws(FaultFailure) -> String? {
            FileManager.default.fileExists(atPath: file) ? nil : "\(file) is gone"
        }
    }
}

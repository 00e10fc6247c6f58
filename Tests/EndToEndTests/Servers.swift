import Foundation
import Glibc
import TestSupport

/// A `paintbox-target` process of the test's own.
final class Paintbox {
    let url: String
    let control: String
    private let binary: Binary

    init(_ options: String...) throws {
        let binary = try Binary("paintbox-target", ["--port", "0", "--control-port", "0"] + options)
        func address(_ kind: String) -> String? {
            binary.output.split(separator: "\n").first { $0.contains(" \(kind) on http") }
                .flatMap { $0.split(separator: " ").last.map(String.init) }
        }
        guard Wait.until({ address("listening") != nil && address("control") != nil }) else {
            throw TestFailure("paintbox-target does not start: \(binary.errors)")
        }
        url = address("listening") ?? ""
        control = address("control") ?? ""
        self.binary = binary
    }

    deinit {
        binary.signal(SIGTERM)
        _ = try? binary.wait(seconds: 10)
    }
}

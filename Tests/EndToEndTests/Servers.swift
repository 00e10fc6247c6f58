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

/// A secrets manager for trials, with a key of its own.
final class TrialSecrets {
    /// What a program needs to ask it.
    let environment: [String: String]
    /// The secret access key.
    let key = UUID().uuidString
    private let binary: Binary

    init(_ names: [String]) throws {
        let credentials = ["AWS_ACCESS_KEY_ID": "trial", "AWS_SECRET_ACCESS_KEY": key]
        let binary = try Binary(
            "paintbox-target", ["secrets", "--port", "0"] + names.flatMap { ["--name", $0] }, environment: credentials)
        guard Wait.until({ binary.output.contains("secrets on http") }),
            let url = binary.output.split(whereSeparator: \.isWhitespace).last
        else { throw TestFailure("the secrets manager does not start: \(binary.errors)") }
        environment = credentials.merging(
            ["AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_SECRETS_MANAGER": String(url)]) { $1 }
        self.binary = binary
    }

    deinit {
        binary.signal(SIGTERM)
        _ = try? binary.wait(seconds: 10)
    }
}

/// A server of `scenarios/stack` on a port of its own.
final class StackServer {
    let url: String
    private let binary: Binary

    init(_ script: String, _ options: String...) throws {
        let script = Binary.package.path + "/scenarios/stack/" + script
        let binary = try Binary("/usr/bin/env", ["python3", script, "--port", "0"] + options)
        guard Wait.until({ binary.output.contains("listening on http") }),
            let url = binary.output.split(whereSeparator: \.isWhitespace).last
        else { throw TestFailure("\(script) does not start: \(binary.errors)") }
        self.url = String(url)
        self.binary = binary
    }

    deinit {
        binary.signal(SIGTERM)
        _ = try? binary.wait(seconds: 10)
    }
}

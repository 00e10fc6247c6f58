import ArgumentParser
import Foundation

/// `--set NAME=VALUE`
struct ValueOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Use VALUE for ${env:NAME}, as if the environment held it.", valueName: "name=value"))
    var values: [String] = []

    func validate() throws {
        for value in values where value.firstIndex(of: "=").map({ $0 == value.startIndex }) ?? true {
            throw ValidationError("--set wants NAME=VALUE, got '\(value.prefix { $0 != "=" })'")
        }
    }

    /// The process's environment with the values set.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for value in values {
            guard let equals = value.firstIndex(of: "=") else { continue }
            environment[String(value[..<equals])] = String(value[value.index(after: equals)...])
        }
        return environment
    }
}

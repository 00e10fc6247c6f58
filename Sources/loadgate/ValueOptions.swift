import ArgumentParser
import Foundation
import Glibc

/// `--set NAME=VALUE`
struct ValueOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Use VALUE for ${env:NAME}, as if the environment held it.", valueName: "name=value"))
    var values: [String] = []

    /// The variable by which a command gives its `--set` values to the runs that it starts: everybody on the machine can read
    /// a command line, an environment only its user.
    static let variable = "LOADGATE_SET"

    /// What this process was given so. The first look takes it out of the environment, which services inherit.
    static let inherited: [String] = {
        guard let text = ProcessInfo.processInfo.environment[variable] else { return [] }
        unsetenv(variable)
        return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }()

    /// Does something with values in the environment, for a process that it starts.
    static func handing<Result>(_ values: [String], _ body: () throws -> Result) throws -> Result {
        let all = inherited + values
        if all.isEmpty { return try body() }
        setenv(variable, String(decoding: try JSONEncoder().encode(all), as: UTF8.self), 1)
        defer { unsetenv(variable) }
        return try body()
    }

    func validate() throws {
        for value in values where value.firstIndex(of: "=").map({ $0 == value.startIndex }) ?? true {
            throw ValidationError("--set wants NAME=VALUE, got '\(value.prefix { $0 != "=" })'")
        }
    }

    /// The process's environment with the values set.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for value in Self.inherited + values {
            guard let equals = value.firstIndex(of: "=") else { continue }
            environment[String(value[..<equals])] = String(value[value.index(after: equals)...])
        }
        return environment
    }
}

import ArgumentParser
import Foundation
import Glibc

/// `--set NAME=VALUE`
struct ValueOptions: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Use VALUE for ${env:NAME}, as if the environment held it.", valueName: "name=value"))
    var values: [String] = []

    /// How the commands that carry out several runs hand their values on.
    @Flag(
        help: ArgumentHelp("Read further values from standard input, each closed by a zero byte.", visibility: .hidden))
    var setFromInput = false

    func validate() throws {
        for value in values where value.firstIndex(of: "=").map({ $0 == value.startIndex }) ?? true {
            throw ValidationError("--set wants NAME=VALUE, got '\(value.prefix { $0 != "=" })'")
        }
    }

    /// The values, with those from standard input.
    var all: [String] { (setFromInput ? Self.input : []) + values }

    /// What standard input holds, each value closed by a zero byte; it is read once.
    private static let input: [String] = {
        let bytes = FileHandle.standardInput.readDataToEndOfFile()
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }()

    /// The process's environment with the values set.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for value in all {
            guard let equals = value.firstIndex(of: "=") else { continue }
            environment[String(value[..<equals])] = String(value[value.index(after: equals)...])
        }
        return environment
    }
}

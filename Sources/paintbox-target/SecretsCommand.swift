import ArgumentParser
import Foundation
import PaintboxTarget

/// A secrets manager for trials.
struct SecretsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Stand in for AWS Secrets Manager: made-up secrets, signatures checked.",
        discussion: """
            Requests must be signed with the key of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Each secret is a JSON \
            object with a username, a password and a token, made up at the start.
            """)

    @Option(help: "Port to listen on, on 127.0.0.1; 0: any.")
    var port = 8083

    @Option(name: .customLong("name"), help: "The name of a secret; repeatable.")
    var names: [String] = []

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let id = environment["AWS_ACCESS_KEY_ID"], let key = environment["AWS_SECRET_ACCESS_KEY"], !id.isEmpty,
            !key.isEmpty
        else { throw ValidationError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set") }
        let end = EndSignal()
        let server: SecretsServer
        do {
            server = try SecretsServer(port: port, names: names, keyID: id, secretKey: key)
        } catch {
            FileHandle.standardError.write(Data("paintbox-target: \(error)\n".utf8))
            throw ExitCode(1)
        }
        FileHandle.standardOutput.write(Data("paintbox-target secrets on http://127.0.0.1:\(server.port)\n".utf8))
        end.wait()
        server.stop()
    }
}

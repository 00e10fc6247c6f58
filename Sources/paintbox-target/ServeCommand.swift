import ArgumentParser
import Foundation
import PaintboxTarget

/// The Paintbox itself: starts the server and ends it at SIGTERM or SIGINT.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a Paintbox (the default).")

    @OptionGroup var options: ServerOptions

    func validate() throws {
        let problems = options.settings.problems
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
    }

    func run() throws {
        let settings = options.settings
        let end = EndSignal()
        let server: PaintboxServer
        do {
            server = try PaintboxServer(settings)
        } catch {
            FileHandle.standardError.write(Data("paintbox-target: \(error)\n".utf8))
            throw ExitCode(1)
        }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        announce("listening on http://\(host):\(server.port)")
        announce("control on http://127.0.0.1:\(server.controlPort)")
        end.wait()
        server.stop()
    }

    /// Written without a buffer, so that whoever started the process can wait for the line.
    private func announce(_ text: String) {
        FileHandle.standardOutput.write(Data("paintbox-target \(text)\n".utf8))
    }
}

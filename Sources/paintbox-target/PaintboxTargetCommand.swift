import ArgumentParser
import Dispatch
import Foundation
import PaintboxTarget

/// The command: starts the server and ends it at SIGTERM or SIGINT.
@main
struct PaintboxTargetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paintbox-target",
        abstract: "A small Paintbox to run load against: projects, prices, live updates, two regions, faults.",
        subcommands: [EstimatesCommand.self])

    @OptionGroup var options: ServerOptions

    func validate() throws {
        let problems = options.settings.problems
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
    }

    func run() throws {
        let settings = options.settings
        // Blocked before any thread is made; Dispatch then sees what would otherwise end the process.
        signal(SIGTERM, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        let server: PaintboxServer
        do {
            server = try PaintboxServer(settings)
        } catch {
            FileHandle.standardError.write(Data("paintbox-target: \(error)\n".utf8))
            throw ExitCode(1)
        }
        let ended = DispatchSemaphore(value: 0)
        let sources = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { ended.signal() }
            source.resume()
            return source
        }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        announce("listening on http://\(host):\(server.port)")
        announce("control on http://127.0.0.1:\(server.controlPort)")
        ended.wait()
        sources.forEach { $0.cancel() }
        server.stop()
    }

    /// Written without a buffer, so that whoever started the process can wait for the line.
    private func announce(_ text: String) {
        FileHandle.standardOutput.write(Data("paintbox-target \(text)\n".utf8))
    }
}

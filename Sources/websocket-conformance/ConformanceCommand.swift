import Foundation

/// Runs Loadgate's WebSocket client through all cases of a running Autobahn fuzzing server on this machine.
/// For development: `make conformance` starts the server and calls it.
@main
struct ConformanceCommand {
    private static let usage = "usage: websocket-conformance PORT REPORTS   (REPORTS: the server's `outdir`)\n"

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = UInt16(arguments[1]) else {
            FileHandle.standardError.write(Data(usage.utf8))
            exit(64)
        }
        do {
            let begin = Date()
            let run = CaseRun(port: port)
            try run.all()
            let report = try CaseReport(directory: URL(fileURLWithPath: arguments[2]), agent: CaseRun.agent)
            print(report.table, terminator: "")
            print("\(report.cases.count) of \(run.count) cases in \(Int(Date().timeIntervalSince(begin).rounded())) s")
            exit(report.passes(run.count) ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("websocket-conformance: \(error)\n".utf8))
            exit(2)
        }
    }
}

import Foundation

/// Runs Loadgate's WebSocket client through the cases of Autobahn fuzzing servers on this machine.
/// For development: `make conformance` starts the servers and calls it.
@main
struct ConformanceCommand {
    private static let usage = """
        usage: websocket-conformance run PORT             run all cases of the server that listens there
               websocket-conformance report CASES DIR...  judge what servers wrote to their `outdir`: so many cases

        """

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if arguments.count == 2, arguments[0] == "run", let port = UInt16(arguments[1]) {
                try CaseRun(port: port).all()
            } else if arguments.count > 2, arguments[0] == "report", let count = Int(arguments[1]) {
                let directories = arguments[2...].map { URL(fileURLWithPath: $0) }
                let report = try CaseReport(directories: directories, agent: CaseRun.agent)
                print(report.table(of: count), terminator: "")
                exit(report.passes(count) ? 0 : 1)
            } else {
                FileHandle.standardError.write(Data(usage.utf8))
                exit(64)
            }
        } catch {
            FileHandle.standardError.write(Data("websocket-conformance: \(error)\n".utf8))
            exit(2)
        }
    }
}

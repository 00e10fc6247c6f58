internal import Foundation
internal import Glibc

/// The process that undoes the faults of a run that was killed: the hidden command `loadgate guardian`.
///
/// It is started before the first fault, in a session of its own, and ignores SIGHUP, SIGINT and SIGTERM. A socket tells it that
/// the run is gone, whatever ended that.
public enum Guardian {
    static let ready = "ready"
    static let end = "end"
    /// Where the socket is.
    private static let socket: Int32 = 3
    /// The programs that the run was running are killed with it: so long that may take.
    private static let grace: UInt32 = 100_000

    /// Guards until the run ends. What it undid stands in `recovered.txt` in the folder.
    public static func guardRun(folder: String, environment: [String: String]) {
        for number in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_IGN) }
        var secrets: [String: String] = [:]
        guard send(socket, ready, ready.utf8.count, Int32(MSG_NOSIGNAL)) > 0 else { return }
        var bytes = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = recv(socket, &bytes, bytes.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let packet = Array(bytes[..<count])
            if packet == Array(end.utf8) { return }
            if let told = try? JSONDecoder().decode([String: String].self, from: Data(packet)) {
                secrets.merge(told) { $1 }
            }
        }
        usleep(grace)
        recover(folder, environment, secrets)
    }

    private static func recover(_ folder: String, _ environment: [String: String], _ secrets: [String: String]) {
        // A run that is alive still has its journal: it undoes itself. So does `loadgate recover`.
        for _ in 0..<2_000_000 {
            do throws(JournalProblem) {
                let outcomes = try FaultRecovery.recover(
                    folder: folder, as: "guardian", environment: environment, secrets: secrets)
                if !outcomes.isEmpty { log(folder, outcomes.map(\.description)) }
                return
            } catch {
                guard case .held = error else {
                    log(folder, ["\(error)"])
                    return
                }
                usleep(50_000)
            }
        }
    }

    /// Where the disk is full the journal may still tell.
    private static func log(_ folder: String, _ lines: [String]) {
        let text = lines.map { "\(FaultJournal.now) \($0)\n" }.joined()
        let descriptor = open(folder + "/recovered.txt", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = write(descriptor, text, text.utf8.count)
        fsync(descriptor)
    }
}

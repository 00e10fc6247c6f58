import CLinux
public import Foundation
import Glibc

/// A Slurm cluster of two nodes on loopback, in a folder of its own: munged, slurmctld and two slurmd, which end with the last
/// reference. All jobs run as the user of the tests.
public final class SlurmCluster {
    /// What Slurm's programs need in their environment to find it.
    public let environment: [String: String]
    private let folder: TemporaryFolder
    private var daemons: [Process] = []
    private var address: Bool

    /// Starts it, and waits until both nodes take jobs.
    public init() throws {
        folder = try TemporaryFolder()
        address = try Self.ensureAddress()
        environment = ["SLURM_CONF": folder.path + "/slurm.conf"]
        do {
            try start()
        } catch {
            stop()
            throw error
        }
    }

    deinit { stop() }

    /// Where jobs may be submitted from, so that their output lies there.
    public var path: String { folder.path }

    /// Runs a program of Slurm's, such as `sbatch`, to its end.
    ///
    /// Such programs close what they inherit, so also that by which Foundation learns of their end: a shell stands between.
    public func result(
        of arguments: [String], in location: URL? = nil, environment more: [String: String] = [:]
    ) throws -> Binary.Result {
        try Binary(
            "/bin/bash", ["-c", "\"$@\"; exit $?", "slurm"] + arguments, in: location ?? folder.url,
            environment: environment.merging(more) { $1 }
        ).wait()
    }

    private func run(_ arguments: [String]) throws -> String {
        let ended = try result(of: arguments)
        guard ended.code == 0 else { throw TestFailure("\(arguments): \(ended.code): \(ended.errors)") }
        return ended.output
    }

    private func start() throws {
        let munge = folder.path + "/munge"
        // munged wants folders that no one else may write to, and the last one open to its clients.
        for (path, mode) in [(folder.path, 0o755), (munge, 0o755), (folder.path + "/state", 0o755)] {
            if path != folder.path, mkdir(path, mode_t(mode)) != 0 { throw TestFailure("\(path): errno \(errno)") }
            chmod(path, mode_t(mode))
        }
        var key = SystemRandomNumberGenerator()
        let bytes = (0..<1_024).map { _ in UInt8.random(in: .min ... .max, using: &key) }
        try Data(bytes).write(to: URL(fileURLWithPath: munge + "/key"))
        chmod(munge + "/key", 0o400)
        try launch(
            "munged",
            [
                // The folders above are not ours.
                "--foreground", "--force", "--key-file=\(munge)/key", "--socket=\(munge)/socket",
                "--pid-file=\(munge)/pid",
                "--log-file=\(munge)/log", "--seed-file=\(munge)/seed", "--num-threads=2",
            ])
        guard Wait.until(within: 10, { access(munge + "/socket", F_OK) == 0 }) else {
            throw TestFailure("munged does not start: \(log("munged"))")
        }
        let ports = try (0..<3).map { _ -> Int in
            let socket = try ListeningSocket()
            close(socket.descriptor)
            return socket.port
        }
        _ = try folder.write("slurm.conf", Self.configuration(folder.path, ports))
        // Nothing of it is used; without a name, 22.05 looks for what is mounted, and ends where nothing is.
        _ = try folder.write("cgroup.conf", "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n")
        let conf = folder.path + "/slurm.conf"
        try launch("slurmctld", ["-D", "-f", conf])
        // A slurmd that finds no controller tries again much later.
        guard Wait.until(within: 60, { (try? run(["sinfo", "-h"])) != nil }) else {
            throw TestFailure("slurmctld does not start: \(log("slurmctld"))")
        }
        for node in Self.nodes { try launch("slurmd", ["-D", "-N", node, "-f", conf], log: node) }
        let isReady = Wait.until(within: 60) {
            let states = (try? run(["sinfo", "-h", "-N", "-o", "%N %T"])) ?? ""
            return states.split(separator: "\n").count { $0.hasSuffix(" idle") } == 2
        }
        guard isReady else {
            throw TestFailure(
                "Slurm does not start: \(log("slurmctld"))\n\(Self.nodes.map(log).joined(separator: "\n"))")
        }
    }

    private static let nodes = ["n1", "n2"]

    private static func configuration(_ folder: String, _ ports: [Int]) -> String {
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        return """
            ClusterName=loadgate
            SlurmctldHost=\(ProcessInfo.processInfo.hostName)(127.0.0.1)
            SlurmUser=\(user)
            SlurmdUser=\(user)
            AuthType=auth/munge
            AuthInfo=socket=\(folder)/munge/socket
            CredType=cred/munge
            SlurmctldPort=\(ports[0])
            StateSaveLocation=\(folder)/state
            SlurmdSpoolDir=\(folder)/%n
            SlurmctldPidFile=\(folder)/slurmctld.pid
            SlurmdPidFile=\(folder)/slurmd.%n.pid
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SwitchType=switch/none
            MpiDefault=none
            SchedulerType=sched/builtin
            SchedulerParameters=batch_sched_delay=0
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/none
            ReturnToService=2
            SlurmdParameters=config_overrides
            KillWait=30
            NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=\(ports[1]) CPUs=4 State=UNKNOWN
            NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=\(ports[2]) CPUs=4 State=UNKNOWN
            PartitionName=work Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP

            """
    }

    private func launch(_ program: String, _ arguments: [String], log name: String? = nil) throws {
        let process = Process()
        // Daemons close what they inherit, so also that by which Foundation learns of an end, whose thread would then wait for theirs:
        // a shell stands between.
        let shell = "\"$@\" & id=$!; trap 'kill $id' TERM; wait $id; wait $id"
        process.setCommand(["/bin/bash", "-c", shell, "slurm", try ServerProcess.path(of: program)] + arguments)
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let log = folder.path + "/\(name ?? program).log"
        guard FileManager.default.createFile(atPath: log, contents: nil), let output = FileHandle(forWritingAtPath: log)
        else { throw TestFailure("can't write \(log)") }
        defer { try? output.close() }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        // As with any program of a test: signals that this thread blocks would be blocked there.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        daemons.append(process)
    }

    private func log(_ name: String) -> String {
        (try? String(contentsOfFile: folder.path + "/\(name).log", encoding: .utf8)) ?? ""
    }

    /// Jobs first: their processes belong to slurmstepd, which outlives slurmd.
    private func stop() {
        if daemons.count == 4 {
            let user = String(cString: getpwuid(getuid()).pointee.pw_name)
            _ = try? run(["scancel", "--user", user])
            _ = Wait.until(within: 20) { (try? run(["squeue", "-h"]))?.isEmpty ?? true }
        }
        for daemon in daemons.reversed() {
            kill(daemon.processIdentifier, SIGTERM)
            if Wait.until(within: 15, { !daemon.isRunning }) { continue }
            kill(daemon.processIdentifier, SIGKILL)
        }
        daemons = []
        if address { Self.address("del") }
        address = false
    }

    // MARK: - An address

    /// Slurm looks up names only with an address that is not loopback's (AI_ADDRCONFIG). Where there is none, as in a network
    /// namespace without more than `lo`, that gets one for documentation (RFC 5737). True where it was added here.
    private static func ensureAddress() throws -> Bool {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return false }
        defer { freeifaddrs(first) }
        var next = first
        while let entry = next {
            if let address = entry.pointee.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET) {
                let number = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt32(bigEndian: $0.pointee.sin_addr.s_addr)
                }
                if number >> 24 != 127 { return false }
            }
            next = entry.pointee.ifa_next
        }
        guard Self.address("add") == 0 else {
            throw TestFailure("Slurm wants an address besides loopback: ip addr add failed")
        }
        return true
    }

    @discardableResult
    private static func address(_ verb: String) -> Int32 {
        ((try? Binary.shell("ip address \(verb) 192.0.2.77/32 dev lo").code) ?? -1)
    }
}

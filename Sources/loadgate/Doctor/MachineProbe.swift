import CCurl
import CLinux
import COpenSSL
import Foundation
import Generator
import Glibc
import Measures
import Scheduling

/// Looks at what a run on this machine depends on.
enum MachineProbe {
    /// One fact, and what to change where it stands in a run's way.
    struct Finding {
        var subject: String
        var fact: String
        var hint: String?
    }

    static func all() -> [Finding] {
        [processors, scheduling, descriptors, ports, clock, timers, stamps, libraries]
    }

    private static var processors: Finding {
        let count = LoadRun.usableProcessors
        return Finding(
            subject: "processors", fact: "\(count) usable: a reactor runs on each",
            hint: count > 1 ? nil : "a target on this machine shares the only one with the load generator")
    }

    /// How reactors will be scheduled.
    private static var scheduling: Finding {
        let grant = SchedulingGrant(asked: .auto)
        guard let reason = grant.reason else {
            let bound = read("/proc/sys/kernel/sched_rt_runtime_us")
            return Finding(
                subject: "scheduling",
                fact: "real-time is granted (kernel.sched_rt_runtime_us \(bound.isEmpty ? "unknown" : bound))",
                hint: bound == "-1"
                    ? "nothing bounds real-time threads of this machine: a reactor that hangs would have its core alone"
                    : nil)
        }
        return Finding(
            subject: "scheduling", fact: "reactors get normal scheduling: \(reason)",
            hint: "beside busy processes they will be late; \(RunScheduling.remedy)")
    }

    private static var descriptors: Finding {
        let limit = Descriptors.raiseLimit()
        return Finding(
            subject: "descriptors", fact: "\(limit) open files and sockets",
            hint: limit >= 20_000
                ? nil : "raise the hard limit (ulimit -Hn, or LimitNOFILE of the unit) to have more connections")
    }

    private static var ports: Finding {
        let range = read("/proc/sys/net/ipv4/ip_local_port_range").split(whereSeparator: \.isWhitespace).compactMap {
            Int($0)
        }
        guard range.count == 2 else { return Finding(subject: "ports", fact: "unknown") }
        let count = range[1] - range[0] + 1
        return Finding(
            subject: "ports", fact: "\(count) for connections to one address and port (\(range[0])..\(range[1]))",
            hint: count >= 20_000
                ? nil : "sysctl net.ipv4.ip_local_port_range='1024 65535' allows more connections to one address")
    }

    private static var clock: Finding {
        let source = read("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        let start = loadgate_monotonic()
        let readings = 10_000
        for _ in 0..<readings { _ = loadgate_monotonic() }
        let cost = (loadgate_monotonic() - start) / Int64(readings)
        return Finding(
            subject: "clock", fact: "\(source.isEmpty ? "unknown source" : source), \(cost) ns a reading",
            hint: cost < 200 ? nil : "a clock read in the kernel is dear: see the clocksources the machine offers")
    }

    /// How late the waits of a reactor end.
    private static var timers: Finding {
        let scheduling = ThreadScheduling.ofReactor(SchedulingGrant(asked: .auto))
        defer { scheduling.restore() }
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        defer { close(epoll) }
        var late: [Int64] = []
        var event = epoll_event()
        for _ in 0..<300 {
            let due = loadgate_monotonic() + 1_000_000
            _ = loadgate_epoll_wait(epoll, &event, 1, 1_000_000)
            late.append(loadgate_monotonic() - due)
        }
        late.sort()
        let p99 = Double(late[late.count * 99 / 100]) / 1000
        return Finding(
            subject: "timers", fact: "a wait of 1 ms ends \(Int(p99)) µs late at p99",
            hint: p99 < 500 ? nil : "the machine is busy or its timers are coarse: runs may come out invalid")
    }

    /// Whether the kernel stamps what it receives.
    private static var stamps: Finding {
        let stamped = StampProbe.isStamped()
        return Finding(
            subject: "kernel stamps", fact: stamped ? "received data is stamped" : "received data is not stamped",
            hint: stamped ? nil : "latencies will be taken by the process's own clock, its scheduling included")
    }

    private static var libraries: Finding {
        let curl = String(cString: curl_version()).split(separator: " ").first ?? ""
        return Finding(subject: "libraries", fact: "\(curl), \(String(cString: loadgate_openssl_version()))")
    }

    private static func read(_ path: String) -> String {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

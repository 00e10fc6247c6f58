import Measures
import Scenarios
import Scheduling
import TestSupport
import Testing

@testable import FaultProxy

@Suite("The threads of a proxy", .serialized) struct ProxyThreadTests {
    /// SCHED_OTHER and SCHED_RR, as /proc has them.
    private static let (normal, roundRobin) = ("0", "2")

    /// The proxy's threads, once all have their names.
    private func threads(_ proxy: FaultProxy, _ count: Int) throws -> [ThreadState] {
        // An order has taken effect on a thread that is what it will be.
        let upstream = HostPort(host: "127.0.0.1", port: 9)
        _ = try proxy.add(name: "p", listen: HostPort(host: "127.0.0.1", port: 0), upstream: upstream)
        let found = ThreadState.all.filter { $0.name.hasPrefix("lg-proxy-") }
        #expect(Set(found.map(\.name)) == Set((0..<count).map { "lg-proxy-\($0)" }))
        return found
    }

    @Test("have real-time scheduling where it is granted, and give it back") func realtime() throws {
        let proxy = try FaultProxy(workers: 2, scheduling: .auto)
        let isGranted = SchedulingGrant(asked: .auto).isRealtime
        for thread in try threads(proxy, 2) {
            #expect(thread.policy == (isGranted ? Self.roundRobin : Self.normal), "\(thread)")
        }
        proxy.stop()
        #expect(ThreadState.all.allSatisfy { !$0.name.hasPrefix("lg-proxy-") && $0.policy == Self.normal })
    }

    @Test("have normal scheduling where that is asked for") func ordinary() throws {
        let proxy = try FaultProxy(workers: 1, scheduling: .normal)
        for thread in try threads(proxy, 1) { #expect(thread.policy == Self.normal, "\(thread)") }
        proxy.stop()
    }
}

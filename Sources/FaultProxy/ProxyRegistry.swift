import Measures
import NIOConcurrencyHelpers
import Scenarios
import Scheduling

/// The proxies of a `FaultProxy` by their names, and what is done to them. Orders of several threads are carried out one after
/// the other, and each has taken effect on all workers when it returns.
final class ProxyRegistry: Sendable {
    private struct Entry {
        let index: Int
        var listener: ProxyListener
        var upstream: HostPort
        var isEnabled: Bool
        var disturbances: [Disturbance] = []

        var listens: Bool { isEnabled && !disturbances.contains { $0.kind is Refusal } }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var made = 0
        var disturbances: UInt64 = 0
        var isStopped = false
    }

    private let workers: [ProxyWorker]
    private let authorised: AuthorisedHosts
    private let state = NIOLockedValueBox(State())

    init(workers count: Int, authorised: AuthorisedHosts, scheduling: SchedulingMode) throws(ProxyError) {
        self.authorised = authorised
        var made: [ProxyWorker] = []
        for _ in 0..<max(1, count) { made.append(try ProxyWorker(seed: UInt64.random(in: 0 ... .max))) }
        workers = made
        let grant = SchedulingGrant(asked: scheduling)
        for (number, worker) in workers.enumerated() { worker.start(number: number, of: workers.count, grant) }
    }

    // MARK: Proxies

    /// Adds a proxy; gives the address as it is bound.
    func add(
        name: String, listen: HostPort, upstream: HostPort, isEnabled: Bool
    ) throws(ProxyError) -> HostPort {
        try change { state throws(ProxyError) in
            try self.add(name, listen: listen, upstream: upstream, isEnabled: isEnabled, to: &state)
        }
    }

    private func add(
        _ name: String, listen: HostPort, upstream: HostPort, isEnabled: Bool, to state: inout State
    ) throws(ProxyError) -> HostPort {
        guard !name.isEmpty else { throw ProxyError(.invalid, "a proxy needs a name") }
        guard state.entries[name] == nil else { throw ProxyError(.exists, "proxy already exists") }
        let addresses = try ProxyAddress.upstreams(of: upstream, authorised: authorised)
        let listener = try ProxyListener(try ProxyAddress.toListen(on: listen))
        let entry = Entry(index: state.made, listener: listener, upstream: upstream, isEnabled: isEnabled)
        let socket = isEnabled ? try listener.listen(isPatient: false) : nil
        state.made += 1
        let index = entry.index
        for worker in workers {
            worker.perform { worker in
                let proxy = WorkerProxy(index: index, addresses: addresses)
                worker.proxies[index] = proxy
                if let socket { worker.listen(proxy, on: socket) }
            }
        }
        state.entries[name] = entry
        return listener.address.hostPort
    }

    /// Removes a proxy.
    func remove(_ name: String) throws(ProxyError) {
        try change { state throws(ProxyError) in
            let entry = try Self.entry(name, in: state)
            self.remove(entry)
            state.entries[name] = nil
        }
    }

    private func remove(_ entry: Entry) {
        let index = entry.index
        for worker in workers {
            worker.perform { worker in
                guard let proxy = worker.proxies[index] else { return }
                worker.stopListening(proxy)
                worker.abortAll(of: proxy)
                worker.proxies[index] = nil
            }
        }
        entry.listener.refuse()
    }

    /// Enables or disables a proxy.
    func setEnabled(_ name: String, _ isEnabled: Bool) throws(ProxyError) {
        try change { state throws(ProxyError) in
            var entry = try Self.entry(name, in: state)
            entry.isEnabled = isEnabled
            defer { state.entries[name] = entry }
            try self.applyListening(&entry)
        }
    }

    /// Changes where a proxy listens and connects to, and whether it is enabled. Open connections are reset where an address
    /// changes; the disturbances stay.
    func update(_ name: String, listen: HostPort, upstream: HostPort, isEnabled: Bool) throws(ProxyError) {
        try change { state throws(ProxyError) in
            var entry = try Self.entry(name, in: state)
            var wanted = try ProxyAddress.toListen(on: listen)
            let isElsewhere = wanted.hostPort != entry.listener.address.hostPort
            if isElsewhere || upstream != entry.upstream {
                let addresses = try ProxyAddress.upstreams(of: upstream, authorised: self.authorised)
                // The port is taken before anything changes. Another address at the same port is had at once, too.
                if isElsewhere {
                    let listener = try ProxyListener(wanted)
                    self.refuse(entry)
                    entry.listener = listener
                } else {
                    wanted = entry.listener.address
                    self.refuse(entry)
                }
                entry.upstream = upstream
                let index = entry.index
                for worker in self.workers { worker.perform { $0.proxies[index]?.addresses = addresses } }
            }
            entry.isEnabled = isEnabled
            defer { state.entries[name] = entry }
            try self.applyListening(&entry)
        }
    }

    /// Adds proxies, or changes those of the same names; what stays as it is is not touched. Stops at the first that can't be
    /// had.
    func populate(_ wanted: [ProxyDescription]) -> (done: [ProxyDescription], failure: ProxyError?) {
        var done: [ProxyDescription] = []
        for proxy in wanted {
            do throws(ProxyError) {
                try change { state throws(ProxyError) in
                    if let entry = state.entries[proxy.name] {
                        var listen = try ProxyAddress.toListen(on: proxy.listen)
                        // Any port will do, so the one it has.
                        if listen.port == 0 { listen.port = entry.listener.address.port }
                        if listen.hostPort == entry.listener.address.hostPort, proxy.upstream == entry.upstream {
                            return
                        }
                        _ = try ProxyAddress.upstreams(of: proxy.upstream, authorised: self.authorised)
                        self.remove(entry)
                        state.entries[proxy.name] = nil
                    }
                    _ = try self.add(
                        proxy.name, listen: proxy.listen, upstream: proxy.upstream, isEnabled: proxy.isEnabled,
                        to: &state)
                }
                done.append(try description(of: proxy.name))
            } catch {
                return (done, error)
            }
        }
        return (done, nil)
    }

    /// Enables all proxies, and ends all disturbances. Where one can't listen again the others are done all the same, and the
    /// first error is thrown.
    func reset() throws(ProxyError) {
        try change { state throws(ProxyError) in
            var failure: ProxyError?
            for (name, entry) in state.entries.sorted(by: { $0.value.index < $1.value.index }) {
                var entry = entry
                entry.disturbances = []
                entry.isEnabled = true
                self.applyDisturbances(entry)
                do throws(ProxyError) { try self.applyListening(&entry) } catch { failure = failure ?? error }
                state.entries[name] = entry
            }
            if let failure { throw failure }
        }
    }

    /// Ends everything. Nothing can be had afterwards.
    func stop() {
        state.withLockedValue { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            for entry in state.entries.values { remove(entry) }
            state.entries = [:]
            for worker in workers { worker.stop() }
        }
    }

    // MARK: Disturbances

    /// Adds a disturbance. `name`: as it is to be called; nil: after `suggestion`.
    func disturb(
        _ proxy: String, _ kind: any DisturbanceKind, name: String?, suggestion: String,
        direction: ProxyFault.Direction, toxicity: Double
    ) throws(ProxyError) -> Disturbance {
        if let problem = kind.problem { throw ProxyError(.invalid, problem) }
        return try change { state throws(ProxyError) in
            var entry = try Self.entry(proxy, in: state)
            var own = name ?? suggestion
            if name == nil {
                var number = 1
                while entry.disturbances.contains(where: { $0.name == own }) {
                    number += 1
                    own = "\(suggestion)_\(number)"
                }
            } else if entry.disturbances.contains(where: { $0.name == own }) {
                throw ProxyError(.exists, "toxic already exists")
            }
            state.disturbances += 1
            let disturbance = Disturbance(
                number: state.disturbances, name: own, direction: direction, toxicity: toxicity, kind: kind,
                began: ProxyWorker.now())
            entry.disturbances.append(disturbance)
            self.applyDisturbances(entry, new: disturbance)
            try self.applyListening(&entry)
            state.entries[proxy] = entry
            return disturbance
        }
    }

    /// Changes a disturbance.
    func update(
        _ proxy: String, disturbance name: String, _ body: (inout Disturbance) throws(ProxyError) -> Void
    ) throws(ProxyError) -> Disturbance {
        try change { state throws(ProxyError) in
            var entry = try Self.entry(proxy, in: state)
            let address = try Self.index(of: name, in: entry)
            var disturbance = entry.disturbances[address]
            try body(&disturbance)
            if let problem = disturbance.kind.problem { throw ProxyError(.invalid, problem) }
            entry.disturbances[address] = disturbance
            self.applyDisturbances(entry)
            state.entries[proxy] = entry
            return disturbance
        }
    }

    /// Ends a disturbance.
    func calm(_ proxy: String, disturbance name: String) throws(ProxyError) {
        try change { state throws(ProxyError) in
            var entry = try Self.entry(proxy, in: state)
            entry.disturbances.remove(at: try Self.index(of: name, in: entry))
            self.applyDisturbances(entry)
            defer { state.entries[proxy] = entry }
            try self.applyListening(&entry)
        }
    }

    // MARK: Telling

    /// What a proxy is.
    func description(of name: String) throws(ProxyError) -> ProxyDescription {
        try change { state throws(ProxyError) in Self.description(name, try Self.entry(name, in: state)) }
    }

    /// What all proxies are, by name.
    func descriptions() -> [ProxyDescription] {
        state.withLockedValue { state in
            state.entries.sorted { $0.key < $1.key }.map { Self.description($0.key, $0.value) }
        }
    }

    private static func description(_ name: String, _ entry: Entry) -> ProxyDescription {
        ProxyDescription(
            name: name, listen: entry.listener.address.hostPort, upstream: entry.upstream, isEnabled: entry.listens,
            disturbances: entry.disturbances)
    }

    /// What went through a proxy.
    func counts(_ name: String) throws(ProxyError) -> ProxyCounts {
        try change { state throws(ProxyError) in
            let entry = try Self.entry(name, in: state)
            let index = entry.index
            var sum = ProxyCounts()
            sum.isListening = entry.listener.descriptor != nil
            for worker in self.workers {
                guard let part = worker.perform({ $0.proxies[index]?.counts }) ?? nil else { continue }
                sum.open += part.open
                sum.accepted += part.accepted
                sum.failed += part.failed
                sum.broken += part.broken
                sum.bytesUpstream += part.bytesUpstream
                sum.bytesDownstream += part.bytesDownstream
                sum.struck.merge(part.struck) { $0 + $1 }
            }
            return sum
        }
    }

    // MARK: Having workers follow

    private func change<Result>(
        _ body: (inout State) throws(ProxyError) -> Result
    ) throws(ProxyError) -> Result {
        let result = state.withLockedValue { state in
            Swift.Result<Result, ProxyError> { () throws(ProxyError) in
                guard !state.isStopped else { throw ProxyError(.unavailable, "the proxies were stopped") }
                return try body(&state)
            }
        }
        return try result.get()
    }

    private static func entry(_ name: String, in state: State) throws(ProxyError) -> Entry {
        guard let entry = state.entries[name] else { throw ProxyError(.notFound, "proxy not found") }
        return entry
    }

    private static func index(of disturbance: String, in entry: Entry) throws(ProxyError) -> Int {
        guard let position = entry.disturbances.firstIndex(where: { $0.name == disturbance }) else {
            throw ProxyError(.notFound, "toxic not found")
        }
        return position
    }

    /// Listens or refuses, as the entry says. An entry that can't listen is disabled.
    private func applyListening(_ entry: inout Entry) throws(ProxyError) {
        guard entry.listens else { return refuse(entry) }
        guard entry.listener.descriptor == nil else { return }
        do throws(ProxyError) {
            let socket = try entry.listener.listen(isPatient: true)
            let index = entry.index
            for worker in workers {
                worker.perform { worker in
                    if let proxy = worker.proxies[index] { worker.listen(proxy, on: socket) }
                }
            }
        } catch {
            entry.isEnabled = false
            throw error
        }
    }

    /// Refuses connections, and resets the open ones.
    private func refuse(_ entry: Entry) {
        let index = entry.index
        for worker in workers {
            worker.perform { worker in
                guard let proxy = worker.proxies[index] else { return }
                worker.stopListening(proxy)
                let count = worker.abortAll(of: proxy)
                for (disturbance, strikes) in proxy.disturbances where disturbance.kind is Refusal {
                    strikes.value += count
                }
            }
        }
        entry.listener.refuse()
    }

    private func applyDisturbances(_ entry: Entry, new: Disturbance? = nil) {
        let index = entry.index
        let disturbances = entry.disturbances
        let counting = new.flatMap { $0.kind is LimitData ? $0.number : nil }
        for worker in workers {
            worker.perform { worker in
                guard let proxy = worker.proxies[index] else { return }
                let before = proxy.disturbances
                proxy.disturbances = disturbances.map { disturbance in
                    (disturbance, before.first { $0.disturbance.number == disturbance.number }?.count ?? StrikeCount())
                }
                worker.obeyDisturbances(of: proxy, new: counting)
            }
        }
    }
}

/// What a proxy is, as it is told and asked for.
struct ProxyDescription: Sendable {
    var name: String
    var listen: HostPort
    var upstream: HostPort
    /// True where it lets connections in.
    var isEnabled: Bool
    var disturbances: [Disturbance] = []
}

extension WorkerProxy {
    var counts: ProxyCounts {
        var counts = ProxyCounts()
        counts.open = open
        counts.accepted = accepted
        counts.failed = failed
        counts.broken = broken
        counts.bytesUpstream = bytes.0
        counts.bytesDownstream = bytes.1
        for (disturbance, count) in disturbances { counts.struck[disturbance.name] = count.value }
        return counts
    }
}

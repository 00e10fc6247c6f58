/// What a drill may name of the rest of the scenario.
struct DrillNames {
    var services: [String]
    var proxies: [String]
    var names: [String] = []
    var probes: [String]
    /// How long the load lasts; nil where that is not known before.
    var load: Duration?
    /// The loads.
    var loads: [Load] = []
    /// The names of steps that more than one load sends.
    var stepsOfSeveralLoads: Set<String> = []
    var steps: [Step]
    var defaults: Defaults
    var target: Text
}

extension Reading {
    /// The drill.
    func drill(_ keys: KeyValues<DrillKeys>?, _ names: DrillNames) -> Drill? {
        guard let keys else { return nil }
        var events: [(event: DrillEvent, location: TextLocation)] = []
        for keys in keys.timeline ?? [] {
            if let event = event(keys, names) { events.append((event, keys.location)) }
        }
        events.sort { $0.event.at < $1.event.at }
        checkOrder(events)
        var drill = Drill(timeline: events.map(\.event))
        drill.steady = keys.steady ?? drill.steady
        drill.settle = keys.settle ?? drill.settle
        drill.limits = DrillLimits(outage: keys.limits?.outage, errors: keys.limits?.errors)
        drill.answeredBy = keys.answeredBy
        if let effect = keys.effective, let first = drill.timeline.firstIndex(where: \.isFault) {
            if drill.timeline[first].effective != nil {
                report(
                    keys.location(of: \.effective),
                    "the first fault says itself what shows its effect: drop one of both")
            }
            drill.timeline[first].effective = drill.timeline[first].effective ?? effect
        }
        checkConditions(drill, events, keys, names)
        for role in keys.roles ?? [] {
            if !names.probes.contains(role), let node = keys.node(\.roles) {
                report(
                    node.location,
                    "no probe is called \(quoted(role))\(Suggestion.hint(for: role, among: names.probes, otherwise: "there are"))"
                )
            }
            if drill.roles.contains(role), let node = keys.node(\.roles) {
                report(node.location, "the probe \(quoted(role)) occurs more than once")
            }
            drill.roles.append(role)
        }
        drill.audit = keys.audit.flatMap { audit($0, names) }
        checkTimes(drill, events, names, keys)
        return drill
    }

    /// The proxies.
    func proxies(_ given: [NamedValue<KeyValues<ProxyKeys>>]?) -> [ProxyDeclaration] {
        var places: [HostPort: String] = [:]
        return (given ?? []).compactMap { (entry) -> ProxyDeclaration? in
            guard let keys = entry.value, let listen = keys.listen, let upstream = keys.upstream else { return nil }
            if !NumericAddress.isLoopback(listen.host) {
                report(
                    keys.location(of: \.listen),
                    "a proxy listens on this machine alone: expected 127.0.0.1:PORT, found \(listen)")
            }
            if let other = places[listen], listen.port != 0 {
                report(keys.location(of: \.listen), "\(listen) is where the proxy \(quoted(other)) listens")
            }
            places[listen] = entry.name
            return ProxyDeclaration(name: entry.name, listen: listen, upstream: upstream, toxiproxy: keys.toxiproxy)
        }
    }

    // MARK: - Events

    private func event(_ keys: KeyValues<DrillEventKeys>, _ names: DrillNames) -> DrillEvent? {
        guard let at = keys.at else { return nil }
        if let restored = keys.restore {
            for key in keys.present(keys.declared.undo, keys.declared.effective, keys.declared.name) {
                report(key.location, "\(quoted(key.name)) belongs to a fault")
            }
            return DrillEvent(at: at, action: .restore(restored), source: "restore \(restored)")
        }
        guard let node = keys.node(\.fault) else { return nil }
        let fault: (any FaultRule)?
        let source: String
        if case .mapping = node.content {
            guard let action = read(node, FaultActionKeys.self, KeyContext(defaults: names.defaults)) else {
                return nil
            }
            fault = ownFault(action, keys, names)
            source = Self.shown(action)
        } else {
            if keys.has(\.undo) {
                report(keys.location(of: \.undo), "this kind of fault knows its own undo: drop the key")
            }
            guard let text = grammar(node, "a fault such as kill primary") else { return nil }
            fault = wordedFault(text, node, names)
            source = text
        }
        guard let fault else { return nil }
        var event = DrillEvent(at: at, action: .fault(fault), source: source)
        event.name = keys.name
        event.effective = keys.effective
        return event
    }

    private func wordedFault(_ text: String, _ node: SourceNode, _ names: DrillNames) -> (any FaultRule)? {
        do throws(GrammarError) {
            let (fault, offset) = try FaultParser(kinds.faults).parse(text)
            switch fault.subject {
            case .service(let name): checkKnown(name, "service", names.services, node, offset)
            case .proxy(let name): checkKnown(name, "proxy", names.proxies, node, offset)
            case .name(let name): checkKnown(name, "name", names.names, node, offset)
            case .namespace, .other: break
            }
            return fault
        } catch {
            report(node, error)
            return nil
        }
    }

    private func checkKnown(_ name: String, _ kind: String, _ known: [String], _ node: SourceNode, _ offset: Int) {
        guard !known.contains(name) else { return }
        let hint =
            known.isEmpty
            ? ": the scenario has none" : Suggestion.hint(for: name, among: known, otherwise: "there are")
        report(node.location(at: offset), "no \(kind) is called \(quoted(name))\(hint)")
    }

    /// A program or a request of the scenario's own, which must say what undoes it.
    private func ownFault(
        _ action: KeyValues<FaultActionKeys>, _ keys: KeyValues<DrillEventKeys>, _ names: DrillNames
    ) -> (any FaultRule)? {
        guard let node = keys.node(\.undo) else {
            report(
                keys.location, "missing key \"undo\": say what undoes the fault, or none where nothing is left of it")
            return nil
        }
        let undo: FaultUndo
        if case .mapping = node.content {
            guard let back = read(node, FaultActionKeys.self, KeyContext(defaults: names.defaults)) else { return nil }
            if let command = back.run {
                undo = .command(command)
            } else if let request = request(back, names) {
                undo = .request(request)
            } else {
                return nil
            }
        } else {
            guard choice(node, ["none"]) != nil else { return nil }
            undo = .nothing
        }
        if let command = action.run {
            var fault = CommandFault(command: command, undo: undo)
            fault.timeout = action.timeout ?? fault.timeout
            return fault
        }
        return request(action, names).map { RequestFault(request: $0, undo: undo) }
    }

    private func request(_ keys: KeyValues<FaultActionKeys>, _ names: DrillNames) -> VerifiedRequest? {
        guard let action = keys.methods.first, let url = action.value else { return nil }
        var request = VerifiedRequest(method: action.kind, url: url.url(on: names.target))
        request.headers = keys.headers ?? []
        if let node = keys.json { request.body = .json(json(node, .constant)) }
        request.timeout = keys.timeout ?? .seconds(60)
        return request
    }

    private static func shown(_ keys: KeyValues<FaultActionKeys>) -> String {
        if let command = keys.run { return "run " + command.map(\.shown).joined(separator: " ") }
        guard let action = keys.methods.first else { return "" }
        return "\(action.name) \(action.value?.shown ?? "")"
    }

    /// What is restored was broken before, and nothing is broken twice.
    private func checkOrder(_ events: [(event: DrillEvent, location: TextLocation)]) {
        var open: [(name: String?, subject: FaultSubject)] = []
        func isOpen(_ name: String) -> Bool { open.contains { $0.name == name || $0.subject.name == name } }
        for (event, location) in events {
            switch event.action {
            case .fault(let rule):
                if let broken = Self.excluded(by: rule), open.contains(where: { $0.subject == rule.subject }) {
                    report(location, "\(quoted(broken)) is broken already: restore it first")
                } else if let name = event.name, isOpen(name) {
                    report(
                        location, "\(quoted(name)) is broken already: restore it first, or give this fault another name"
                    )
                }
                // Nothing is left to undo of a restart.
                if (rule as? ProcessFault)?.action == .restart { continue }
                open.append((event.name, rule.subject))
            case .restore(let name):
                if !isOpen(name) {
                    let names = open.compactMap { $0.name ?? $0.subject.name }
                    let hint = Suggestion.hint(for: name, among: names, otherwise: "broken by then")
                    report(location, "nothing called \(quoted(name)) is broken by then\(names.isEmpty ? "" : hint)")
                }
                open.removeAll { $0.name == name || $0.subject.name == name }
            }
        }
    }

    /// What a fault needs whole: a service that was killed can't be paused, a name has one answer. Of a proxy's and a
    /// namespace's faults several may be in force at once.
    private static func excluded(by rule: any FaultRule) -> String? {
        switch rule.subject {
        case .service(let name), .name(let name): name
        case .proxy, .namespace, .other: nil
        }
    }

    private func checkTimes(
        _ drill: Drill, _ events: [(event: DrillEvent, location: TextLocation)], _ names: DrillNames,
        _ keys: KeyValues<DrillKeys>
    ) {
        guard let first = drill.timeline.first(where: \.isFault) else {
            if keys.timeline?.isEmpty == false, events.count == keys.timeline?.count {
                report(keys.location(of: \.timeline), "a drill needs a fault")
            }
            return
        }
        if first.at < drill.steady, let location = events.first(where: { $0.event.isFault })?.location {
            report(
                location,
                "the first fault comes at \(Self.seconds(first.at)), and steady wants \(Self.seconds(drill.steady)) before it"
            )
        }
        if !names.loads.isEmpty {
            for (event, location) in events where event.isFault && event.at < names.load ?? .seconds(Int64.max / 2) {
                guard !names.loads.contains(where: { $0.maySend(at: event.at) }) else { continue }
                warn(location, "no load is sent at \(Self.seconds(event.at)), so nothing will show what the fault does")
            }
        }
        guard let load = names.load else { return }
        for (event, location) in events where event.at >= load {
            report(location, "the load is over by then: it lasts \(Self.seconds(load))")
        }
        guard let last = events.last?.event.at, last < load, last + drill.settle > load else { return }
        warn(
            keys.location(of: \.timeline),
            "the load ends \(Self.seconds(load - last)) after the last event, before the system can have settled for "
                + Self.seconds(drill.settle))
    }

    /// A condition is asked without what only an iteration knows: a target that turns it away for that would seem to be broken.
    private func checkConditions(
        _ drill: Drill, _ events: [(event: DrillEvent, location: TextLocation)], _ keys: KeyValues<DrillKeys>,
        _ names: DrillNames
    ) {
        guard let authentication = names.defaults.http.authentication,
            authentication.texts.contains(where: { $0.constant == nil }),
            let target = names.target.constant.flatMap({ try? Endpoint(parsing: $0) })
        else { return }
        func check(_ effect: EffectCheck?, _ location: TextLocation) {
            guard case .failing(let url)? = effect, url.endpoint.host == target.host, url.endpoint.port == target.port
            else { return }
            report(
                location,
                "the target is asked here without defaults.http.auth, of which only an iteration knows all, and would seem "
                    + "to fail for that: expected tcp host:port refused, or a command")
        }
        if keys.has(\.effective) {
            check(keys.effective, keys.location(of: \.effective))
        }
        for (event, location) in events { check(event.effective, location) }
    }

    private static func seconds(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
    }

    // MARK: - Roles and effects

    /// Probes of a drill's roles: a name, several, or `{probe: name}`.
    fileprivate func roles(_ node: SourceNode) -> [String] {
        switch node.content {
        case .list(let nodes): nodes.compactMap { name($0, "a probe's name") }
        case .mapping: (read(node, RoleKeys.self)?.probe).map { [$0] } ?? []
        case .scalar: name(node, "a probe's name").map { [$0] } ?? []
        }
    }

    /// `tcp host:port refused`, `http://… failing`, a command.
    fileprivate func effect(_ node: SourceNode) -> EffectCheck? {
        if case .list = node.content { return .command(command(node)) }
        let what = "tcp host:port refused, tcp host:port silent, http URL failing, or a command as a list"
        guard let text = constant(node, what), let source = text.constant else { return nil }
        let words = source.split(separator: " ").map(String.init)
        if words.count == 3, words[0] == "tcp", let endpoint = Self.hostAndPort(words[1]) {
            if words[2] == "refused" { return .refused(host: endpoint.host, port: endpoint.port) }
            if words[2] == "silent" { return .silent(host: endpoint.host, port: endpoint.port) }
        }
        if words.count == 3, words[0] == "http", words[2] == "failing",
            let url = try? ConstantURL(Text(words[1]))
        {
            return .failing(url: url)
        }
        report(node.location, Self.message("expected \(what)", of: text))
        return nil
    }

    fileprivate func hostPort(_ node: SourceNode) -> HostPort? {
        let what = "host:port such as 127.0.0.1:15432"
        guard let text = constant(node, what), let source = text.constant else { return nil }
        guard let endpoint = Self.hostAndPort(source) else {
            report(node.location, Self.message("expected \(what)", of: text))
            return nil
        }
        return HostPort(host: endpoint.host, port: endpoint.port)
    }
}

/// The keys of `roles:` where it is a mapping.
struct RoleKeys: KeyGroup {
    static let about = GroupAbout("roles", "A probe whose changes are changes of roles")

    let probe = Key("probe", .name("a probe's name"), "The probe.", required: true)
}

extension KeyForm where Value == [String] {
    /// Probes of a drill's roles.
    static var roles: KeyForm {
        KeyForm(.oneOf([.name, .list(.name, atLeast: 0), .mapping(KeyTable(RoleKeys.self))])) { reading, node, _ in
            reading.roles(node)
        }
    }
}

extension KeyForm where Value == EffectCheck {
    /// What shows that a fault took effect.
    static var effect: KeyForm {
        KeyForm(
            .oneOf([
                .pattern(" *(tcp +[^ ]+:[0-9]+ +(refused|silent)|http +https?://[^ ]+ +failing) *"),
                .list(.text, atLeast: 1),
            ])
        ) { reading, node, _ in reading.effect(node) }
    }
}

extension KeyForm where Value == HostPort {
    /// `host:port`
    static var hostPort: KeyForm {
        KeyForm(.pattern("[^\\s/]+:[0-9]+")) { reading, node, _ in reading.hostPort(node) }
    }
}

extension DrillEvent {
    /// True where something is broken.
    public var isFault: Bool { if case .fault = action { true } else { false } }
}

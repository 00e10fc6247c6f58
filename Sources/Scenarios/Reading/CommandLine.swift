extension Scenario {
    /// The name of the command line in problems.
    static let commandLine = "command line"

    /// The scenario of `loadgate URL --users 64 --for 10s` and `loadgate URL --rate 500/s`: one flow with one request.
    ///
    /// - Parameters:
    ///   - url: `http[s]://host[:port][/path]`; the scenario is named after its host.
    ///   - method: The request's method.
    ///   - headers: Header fields of the request.
    ///   - body: What the request carries.
    ///   - users: Closed load of so many users, 1...10,000,000; 10 where neither users nor a rate is given.
    ///   - iterations: Closed load of so many requests in all, shared by the users; takes no duration.
    ///   - rate: Open load, e.g. `500/s`; takes neither users nor iterations.
    ///   - duration: How long, e.g. `10s`; 10 s unless given.
    ///   - timeout: How long an exchange may take, e.g. `10s`.
    ///   - connections: How users come by connections.
    ///   - transport: What carries requests.
    ///   - version: The version of HTTP.
    ///   - authorities: A PEM file of authorities to trust instead of the system's.
    ///   - verifies: Whether the peer's certificate is verified.
    /// - Throws: All problems, of the file `command line`.
    public static func oneLine(
        url: String, method: Step.Method = .get, headers: [(String, String)] = [], body: String? = nil,
        users: Int? = nil, iterations: Int? = nil, rate: String? = nil, duration: String? = nil,
        timeout: String = "10s", connections: Defaults.Connections = .perUser,
        transport: Defaults.Transport = .auto, version: HTTPSettings.Version = .http1, authorities: String? = nil,
        verifies: Bool = true
    ) throws(InvalidScenario) -> Scenario {
        var problems = CommandLineProblems()
        let target = problems.endpoint(url)
        let limit = problems.duration("--timeout", timeout) ?? .seconds(10)
        let length = duration.flatMap { problems.duration("--for", $0) } ?? .seconds(10)
        let userCount = users ?? 10
        if !(1...Reading.maximumUsers ~= userCount) {
            problems.add("--users \(userCount): expected a whole number from 1 to \(Reading.maximumUsers)")
        }
        if let iterations, iterations < 1 { problems.add("--iterations \(iterations): expected at least 1") }
        if rate != nil, users != nil { problems.add("--rate and --users exclude each other: open or closed load") }
        if rate != nil, iterations != nil { problems.add("--rate and --iterations exclude each other") }
        if duration != nil, iterations != nil { problems.add("--for and --iterations exclude each other") }
        let perSecond = rate.flatMap { problems.rate($0) }
        for (name, value) in headers {
            if let problem = HeaderName.problem(name) { problems.add(problem) }
            if value.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) {
                problems.add("the value of the header field \(quoted(name)) holds a line break or NUL")
            }
        }
        if let authorities {
            if !verifies { problems.add("--ca and --insecure exclude each other: verified or not") }
            problems.file("--ca", authorities)
        }
        try problems.throwIfAny()

        let path = target?.requestTarget ?? "/"
        let step = Step(
            name: "\(method.rawValue) \(path)", method: method, url: Text(path),
            headers: headers.map { Header(name: $0.0, value: Text($0.1)) }, body: body.map { .text(Text($0)) },
            timeout: limit)
        let stage: Stage =
            if let perSecond {
                .arrivals(ArrivalStage(from: perSecond, to: perSecond, duration: length))
            } else if let iterations {
                .iterations(IterationStage(iterations: iterations, users: userCount))
            } else {
                .users(UserStage(from: userCount, to: userCount, duration: length))
            }
        var scenario = Scenario(
            name: target?.host ?? "", target: Text(target?.base ?? ""),
            flows: [Flow(name: "main", actions: [.request(step)])],
            load: [stage])
        scenario.defaults.timeout = limit
        scenario.defaults.connections = connections
        scenario.defaults.transport = transport
        scenario.defaults.http.version = version
        scenario.defaults.tls.authorities = authorities
        scenario.defaults.tls.verifies = verifies
        scenario.limits.maxUsers = max(scenario.limits.maxUsers, userCount)
        return scenario
    }

    /// Replaces parts of the load, as `--rate X` and `--for D` do.
    ///
    /// - Parameters:
    ///   - rate: The rate, above 0, of all arrival stages that are no warm-up, e.g. `500/s`; a ramp becomes constant.
    ///   - duration: How long the last stage lasts, above 0, e.g. `30s`; without load, how long probes are read.
    /// - Throws: All problems, of the file `command line`: what is no rate or duration, and what the load has no place
    ///   for. The scenario is unchanged then.
    public mutating func override(rate: String? = nil, duration: String? = nil) throws(InvalidScenario) {
        var problems = CommandLineProblems()
        let perSecond = rate.flatMap { problems.rate($0) }
        let length = duration.flatMap { problems.duration("--for", $0) }
        var load = load
        var isReplaced = false
        for (index, stage) in load.enumerated() {
            guard case .arrivals(var arrivals) = stage, !arrivals.warmup, !stage.isIdle, let perSecond else { continue }
            arrivals.from = perSecond
            arrivals.to = perSecond
            load[index] = .arrivals(arrivals)
            isReplaced = true
        }
        if load.isEmpty, rate != nil || (duration != nil && watch == nil) {
            problems.add("\(rate != nil ? "--rate" : "--for"): the scenario sends no load, \(whatItDoes)")
            try problems.throwIfAny()
        }
        if load.isEmpty {
            try problems.throwIfAny()
            if let length { watch = length }
            return
        }
        if loads.count > 1, rate != nil || duration != nil {
            let names = loads.compactMap(\.name).joined(separator: ", ")
            problems.add(
                "\(rate != nil ? "--rate" : "--for"): the scenario has several loads (\(names)), each with stages of its own"
            )
            try problems.throwIfAny()
        }
        if perSecond != nil, !isReplaced { problems.add("--rate: the load has no measured stage of arrivals") }
        if let length {
            switch load.last {
            case .arrivals(var stage)?:
                stage.duration = length
                load[load.count - 1] = .arrivals(stage)
            case .users(var stage)?:
                stage.duration = length
                load[load.count - 1] = .users(stage)
            default: problems.add("--for: the last stage ends with its last iteration, not after a time")
            }
        }
        try problems.throwIfAny()
        if loads.count == 1 { loads[0].stages = load }
    }
}

/// Problems of the command line.
private struct CommandLineProblems {
    private var problems: [Problem] = []

    mutating func add(_ message: String) {
        problems.append(Problem(file: Scenario.commandLine, line: 1, column: 1, message: message))
    }

    func throwIfAny() throws(InvalidScenario) {
        if !problems.isEmpty { throw InvalidScenario(problems: problems) }
    }

    mutating func endpoint(_ url: String) -> Endpoint? {
        do throws(Endpoint.Malformed) {
            let endpoint = try Endpoint(parsing: url)
            if Reading.hasForbiddenCharacter(url) { add("\(quoted(url)): a URL holds no spaces or control characters") }
            return endpoint
        } catch {
            add("\(quoted(url)): \(Reading.problem(error))")
            return nil
        }
    }

    mutating func file(_ option: String, _ path: String) {
        do throws(SourceFile.Unreadable) {
            try SourceFile.check(path)
        } catch {
            add("\(option): the file \(quoted(path)) can't be read: \(error.reason)")
        }
    }

    mutating func duration(_ option: String, _ text: String) -> Duration? {
        do throws(GrammarError) {
            let duration = try Quantity.duration(text)
            if duration <= .zero { add("\(option): expected a duration above 0s, found \(quoted(text))") }
            return duration
        } catch {
            add("\(option): \(error.message)")
            return nil
        }
    }

    mutating func rate(_ text: String) -> Double? {
        do throws(GrammarError) {
            let rates = try Reading.rates(text)
            if rates.from != rates.to || text.contains(" ") { add("--rate: expected one rate, found \(quoted(text))") }
            if rates.to == 0 { add("--rate: expected a rate above 0/s") }
            return rates.to
        } catch {
            add("--rate: \(error.message)")
            return nil
        }
    }
}

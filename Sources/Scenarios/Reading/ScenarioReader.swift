/// Reads scenario files: decodes them strictly and finds everything that is wrong with them at once.
///
/// Relative paths (of data, certificates, uploads and `${file:…}`) start at the scenario file's folder. Nothing is sent to
/// the target, and no command is run.
public struct ScenarioReader: Sendable {
    private let environment: [String: String]
    private let secretSource: SecretSource?
    private let kinds: ScenarioKinds

    /// A reader that takes `${env:…}` from the environment given, and `${aws-secret:…}` from a source, which is asked once
    /// for each name in a reading.
    ///
    /// Without a source nobody is asked. Such a scenario is for checking only: stand-ins take the places of those
    /// secrets (`Secrets.unread` names them), and what depends on their values is not judged.
    ///
    /// `kinds`: what can stand in `verify:`, in a drill and in a probe's `read:`.
    public init(
        environment: [String: String], secretSource: SecretSource? = nil, kinds: ScenarioKinds
    ) {
        self.environment = environment
        self.secretSource = secretSource
        self.kinds = kinds
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, as problems name it.
    ///   - target: Replaces the file's target, as it is: `${…}` in it has no meaning.
    /// - Throws: All problems, in the order of their places, those of data files last.
    public func read(path: String, target: String? = nil) throws(InvalidScenario) -> Scenario {
        try read(text(ofFile: path), file: path, target: target)
    }

    /// The text of a scenario's file, for `read(_:file:target:)`: whoever needs the scenario and its text reads the file once.
    ///
    /// - Throws: Why it can't be read.
    public func text(ofFile path: String) throws(InvalidScenario) -> String {
        let start = TextLocation(line: 1, column: 1)
        let bytes: [UInt8]
        do throws(SourceFile.Unreadable) {
            bytes = try SourceFile.read(path, maximumBytes: YAMLSource.Bounds.scenario.bytes)
        } catch {
            throw Self.invalid(path, start, "the file can't be read: \(error.reason)")
        }
        switch SourceFile.text(bytes) {
        case .success(let text): return text
        case .failure(let error): throw Self.invalid(path, error.location, "the file is not UTF-8")
        }
    }

    /// Reads a scenario that is at hand.
    ///
    /// - Parameters:
    ///   - text: The scenario in YAML.
    ///   - file: The name in problems; relative paths start at its folder.
    ///   - target: Replaces the scenario's target.
    /// - Throws: All problems, in the order of their places, those of data files last.
    public func read(_ text: String, file: String, target: String? = nil) throws(InvalidScenario) -> Scenario {
        let folder = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? ""
        let reading = Reading(
            file: file, folder: folder, environment: environment, secretSource: secretSource, kinds: kinds)
        let source = YAMLSource(
            text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text)
        for problem in source.problems { reading.report(problem.location, problem.message) }
        let scenario = source.root.flatMap { reading.scenario($0, target: target) }
        if source.root == nil, source.problems.isEmpty {
            reading.report(TextLocation(line: 1, column: 1), "the file is empty: expected a scenario")
        }
        let problems = reading.sortedProblems
        guard problems.isEmpty, let scenario else { throw InvalidScenario(problems: problems) }
        return scenario
    }

    private static func invalid(_ file: String, _ location: TextLocation, _ message: String) -> InvalidScenario {
        InvalidScenario(problems: [Problem(file: file, line: location.line, column: location.column, message: message)])
    }
}

extension Reading {
    /// The scenario; of no use where problems were reported.
    fileprivate func scenario(_ root: SourceNode, target given: String?) -> Scenario? {
        if root.isNull {
            report(TextLocation(line: 1, column: 1), "the file is empty: expected a scenario")
            return nil
        }
        // The target first: its secrets are named first, too.
        var ownTarget: Text?
        if given == nil, case .mapping(let entries) = root.content {
            ownTarget = target(entries.last { $0.key == "target" }?.value)
        }
        guard let keys = read(root, ScenarioKeys.self) else { return nil }
        // With a target from the command line, the file may do without one.
        if given == nil, !keys.has(\.target) { requireTarget(keys) }
        requireParts(keys)
        var targetURL: ConstantURL?
        if let given {
            if let problem = Self.problem(ofTarget: given) {
                reportData(
                    file: Scenario.commandLine, TextLocation(line: 1, column: 1),
                    "--target \(quoted(given)): \(problem)")
            }
            targetURL = try? ConstantURL(Text(given))
        } else if let ownTarget {
            targetURL = try? ConstantURL(ownTarget)
        }
        let target = targetURL?.text ?? Text("")
        let services = services(keys.services)
        let (tables, tableNames) = data(keys.data)
        self.tables = tables
        let scope = scopeOfDefaults(login: keys.login, flows: keys.flows)
        let defaults = defaults(keys.defaults, scope)
        let limits = limits(keys.limits)
        var (flows, login, names) = flows(
            keys.flows, login: keys.login, defaults: defaults, tables: tableNames,
            auditsWrites: keys.drill?.has(\.audit) == true)
        var flowLocations: [(name: String, location: TextLocation)] = []
        if case .mapping(let entries)? = keys.flows?.content { flowLocations = entries.map { ($0.key, $0.location) } }
        let loads = loads(keys.load, flows: flowLocations, limits: limits)
        // All that are named, even where one is wrong otherwise.
        if case .mapping(let entries)? = keys.load?.content { names.loads = entries.map(\.key) }
        let probes = probes(keys, target: target)
        // All that are named, even where one is wrong otherwise.
        names.probes = (keys.probes ?? []).map(\.name)
        let verifications = verifications(
            keys.verify, VerifyContext(defaults: defaults, probes: names.probes))
        names.verifications = verifications.map(\.name)
        let placed = objectives(keys.objectives, names: names)
        let objectives = placed.map(\.objective)
        let proxies = proxies(keys.proxies)
        let served = self.names(keys.names)
        var drillNames = DrillNames(
            services: (keys.services ?? []).map(\.name), proxies: (keys.proxies ?? []).map(\.name),
            names: (keys.names ?? []).map { NameDeclaration.plain($0.name) }, probes: names.probes,
            steps: flows.flatMap(\.steps), defaults: defaults, target: target)
        let ends = loads.map(\.end)
        if !ends.contains(nil) { drillNames.load = ends.reduce(.zero) { max($0, $1 ?? .zero) } }
        drillNames.loads = loads
        drillNames.stepsOfSeveralLoads = Self.stepsOfSeveral(loads, flows)
        let drill = drill(keys.drill, drillNames)
        requireDrill(keys, placed, drill)
        let watch = watch(keys)
        if !keys.has(\.load), !keys.has(\.flows) { requireLoad(objectives, watch, keys) }

        var scenario = Scenario(name: keys.name ?? "", target: targetURL, flows: [], load: [])
        scenario.deal(flows, to: loads)
        scenario.description = keys.description
        scenario.authorised = keys.authorised ?? []
        scenario.services = services
        scenario.identities = identities(keys.identities)
        scenario.data = tables
        scenario.defaults = defaults
        scenario.login = login
        scenario.limits = limits
        scenario.probes = probes
        scenario.watch = watch
        scenario.proxies = proxies
        scenario.names = served
        scenario.drill = drill
        scenario.verifications = verifications
        scenario.objectives = objectives
        scenario.baseline = baseline(keys.baseline)
        scenario.traceURL = keys.traceURL
        scenario.loadSource = root.loadSource
        scenario.inputs = inputs
        scenario.secrets = preparedSecrets
        scenario.warnings = sortedWarnings
        return scenario
    }
}

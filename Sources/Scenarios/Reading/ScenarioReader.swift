/// Reads scenario files: decodes them strictly and finds everything that is wrong with them at once.
///
/// Relative paths (of data, certificates, uploads and `${file:…}`) start at the scenario file's folder. Nothing is sent to
/// the target, and no command is run.
public struct ScenarioReader: Sendable {
    private let environment: [String: String]
    private let secretSource: SecretSource?
    private let kinds: VerificationKinds

    /// A reader that takes `${env:…}` from the environment given, and `${aws-secret:…}` from a source, which is asked once
    /// for each name in a reading.
    ///
    /// Without a source nobody is asked. Such a scenario is for checking only: stand-ins take the places of those
    /// secrets (`Secrets.unread` names them), and what depends on their values is not judged.
    ///
    /// `kinds` can stand in `verify:`.
    public init(
        environment: [String: String], secretSource: SecretSource? = nil, kinds: VerificationKinds = .builtIn
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
        let start = Place(line: 1, column: 1)
        let bytes: [UInt8]
        do throws(SourceFile.Unreadable) {
            bytes = try SourceFile.read(path, maximumBytes: YAMLSource.Bounds.scenario.bytes)
        } catch {
            throw Self.invalid(path, start, "the file can't be read: \(error.reason)")
        }
        switch SourceFile.text(bytes) {
        case .success(let text): return text
        case .failure(let error): throw Self.invalid(path, error.place, "the file is not UTF-8")
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
        for problem in source.problems { reading.report(problem.place, problem.message) }
        let scenario = source.root.flatMap { reading.scenario($0, target: target) }
        if source.root == nil, source.problems.isEmpty {
            reading.report(Place(line: 1, column: 1), "the file is empty: expected a scenario")
        }
        let problems = reading.sortedProblems
        guard problems.isEmpty, let scenario else { throw InvalidScenario(problems: problems) }
        return scenario
    }

    private static func invalid(_ file: String, _ place: Place, _ message: String) -> InvalidScenario {
        InvalidScenario(problems: [Problem(file: file, line: place.line, column: place.column, message: message)])
    }
}

extension Reading {
    /// The scenario; of no use where problems were reported.
    fileprivate func scenario(_ root: SourceNode, target given: String?) -> Scenario? {
        if root.isNull {
            report(Place(line: 1, column: 1), "the file is empty: expected a scenario")
            return nil
        }
        guard let fields = fields(root, .scenario) else { return nil }
        // With a target from the command line, the file may do without one.
        if given == nil, fields["target"] == nil { requireTarget(fields) }
        requireParts(fields)
        let name = self.name(fields["name"], "a name")
        let description = self.name(fields["description"])
        var target = Text("")
        if let given {
            if let problem = Self.problem(ofTarget: given) {
                reportData(
                    file: Scenario.commandLine, Place(line: 1, column: 1), "--target \(quoted(given)): \(problem)")
            }
            target = Text(given)
        } else if let read = self.target(fields["target"]) {
            target = read
        }
        let authorised = authorised(fields["authorised"])
        let services = services(fields["services"])
        let identities = identities(fields["identities"])
        let (tables, tableNames) = data(fields["data"])
        self.tables = tables
        let scope = scopeOfDefaults(login: fields["login"], flows: fields["flows"])
        let defaults = defaults(fields["defaults"], scope)
        let limits = limits(fields["limits"])
        var (flows, login, names) = flows(
            fields["flows"], login: fields["login"], defaults: defaults, tables: tableNames)
        let load = load(fields["load"], limits: limits)
        let probes = probes(fields["probes"], target: target)
        // All that are named, even where one is wrong otherwise.
        if case .mapping(let entries)? = fields["probes"]?.content { names.probes = entries.map(\.key) }
        let verifications = verifications(
            fields["verify"], VerifyContext(defaults: defaults, probes: names.probes))
        names.verifications = verifications.map(\.name)
        let objectives = objectives(fields["objectives"], names: names)
        let watch = watch(fields)
        if fields["load"] == nil, fields["flows"] == nil { requireLoad(objectives, watch, fields) }
        let baseline = baseline(fields["baseline"])

        var scenario = Scenario(name: name ?? "", target: target, flows: flows, load: load)
        scenario.description = description
        scenario.authorised = authorised
        scenario.services = services
        scenario.identities = identities
        scenario.data = tables
        scenario.defaults = defaults
        scenario.login = login
        scenario.limits = limits
        scenario.probes = probes
        scenario.watch = watch
        scenario.verifications = verifications
        scenario.objectives = objectives
        scenario.baseline = baseline
        scenario.loadSource = root.loadSource
        scenario.secrets = preparedSecrets
        scenario.warnings = sortedWarnings
        return scenario
    }
}

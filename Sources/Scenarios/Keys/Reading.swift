/// One reading of one scenario file: what was found wrong so far, and where values come from.
public final class Reading {
    /// The largest file that `${file:…}` takes.
    static let maximumValueBytes = 1 << 20
    /// Problems of the scenario file at most: no one reads more, and each costs a search for what was meant.
    static let maximumProblems = 200

    /// The scenario file, as problems name it.
    public let file: String
    /// The folder by which relative paths are found; empty for the current one.
    public let folder: String
    let environment: [String: String]
    /// Where `${aws-secret:…}` comes from; nil: nobody is asked.
    let secretSource: SecretSource?
    /// The kinds of things that are registered.
    let kinds: ScenarioKinds
    /// Declarations that were looked up before.
    var preparedGroups: [ObjectIdentifier: PreparedGroup] = [:]
    /// What the source said of each name: it is asked once.
    private var managedSecrets: [String: Result<String, UnreadableSecret>] = [:]
    private(set) var secrets = Secrets()
    private(set) var problems: [Problem] = []
    /// What is probably not what was meant, though nothing is wrong with it.
    private var warnings: [Problem] = []
    /// What the scenario needs besides its own text.
    public private(set) var inputs = ScenarioInputs()
    /// The tables that could be read.
    var tables: [DataTable] = []
    /// Problems of data files, which follow those of the scenario.
    private(set) var dataProblems: [Problem] = []
    /// True where there are more problems than the ones kept.
    private var isCut = false

    package init(
        file: String, folder: String, environment: [String: String], secretSource: SecretSource?,
        kinds: ScenarioKinds = ScenarioKinds()
    ) {
        self.file = file
        self.folder = folder
        self.environment = environment
        self.secretSource = secretSource
        self.kinds = kinds
    }

    /// The secrets so far, ready to be looked for.
    var preparedSecrets: Secrets {
        secrets.prepare()
        return secrets
    }

    /// Adds what HTTP's Basic scheme sends, where that holds a secret.
    func addPair(user: Text, password: Text) {
        let names = (user.pieces + password.pieces).compactMap { piece in
            if case .secret(_, let shown) = piece { shown } else { nil }
        }
        guard let name = names.last, let user = user.constant, let password = password.constant else { return }
        secrets.addPair(user: user, password: password, shown: name)
    }

    /// All problems in the order of their places, each once, without secrets.
    package var sortedProblems: [Problem] {
        var seen: Set<String> = []
        let secrets = preparedSecrets
        let sorted = problems.enumerated().sorted { one, other in
            (one.element.line, one.element.column, one.offset) < (
                other.element.line, other.element.column, other.offset
            )
        }
        var all = sorted.map(\.element)
        if isCut, let last = all.last {
            let message = "more than \(Self.maximumProblems) problems: the others are not shown"
            all.append(Problem(file: last.file, line: last.line, column: last.column, message: message))
        }
        return (all + dataProblems)
            .map { Problem(file: $0.file, line: $0.line, column: $0.column, message: secrets.redact($0.message)) }
            // What stands behind an alias is read at each use, but wrong only once.
            .filter { seen.insert($0.description).inserted }
    }

    /// All warnings in the order of their places, each once, without secrets.
    var sortedWarnings: [Problem] {
        var seen: Set<String> = []
        let secrets = preparedSecrets
        return warnings.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            .map { Problem(file: $0.file, line: $0.line, column: $0.column, message: secrets.redact($0.message)) }
            .filter { seen.insert($0.description).inserted }
    }

    /// Notes a file that the scenario names, by its path from here.
    public func noteFile(_ path: String) { inputs.add(file: path) }

    /// Warns of what is probably not what was meant.
    public func warn(_ location: TextLocation, _ message: String) {
        guard warnings.count < Self.maximumProblems else { return }
        warnings.append(Problem(file: file, line: location.line, column: location.column, message: message))
    }

    /// True where more problems would not be shown.
    private var isFull: Bool { problems.count >= Self.maximumProblems }

    /// Reports what is wrong at a location.
    public func report(_ location: TextLocation, _ message: String) {
        guard problems.count < Self.maximumProblems else {
            isCut = true
            return
        }
        problems.append(Problem(file: file, line: location.line, column: location.column, message: message))
    }

    /// Reports what is wrong with a text, at the character where that is.
    public func report(_ node: SourceNode, _ error: GrammarError) {
        report(node.location(at: error.offset), error.message)
    }

    /// Reports what is wrong in another file; such problems follow those of the scenario.
    public func reportData(file: String, _ location: TextLocation, _ message: String) {
        dataProblems.append(Problem(file: file, line: location.line, column: location.column, message: message))
    }

    // MARK: - Mappings and lists

    /// The mapping's entries by key; unknown, later and missing keys are reported. Nil where it is no mapping.
    func entries(_ node: SourceNode, _ table: KeyTable) -> [String: SourceNode.Entry]? {
        guard case .mapping(let entries) = node.content else {
            let names = table.keys.filter { !$0.isLater }.prefix(4).map(\.name).joined(separator: ", ")
            report(node.location, "expected a mapping with the keys \(names) …, found \(node.found)")
            return nil
        }
        var values: [String: SourceNode.Entry] = [:]
        for entry in entries {
            guard let key = table[entry.key] else {
                guard !isFull else {
                    isCut = true
                    break
                }
                let known = table.keys.filter { !$0.isLater }.map(\.name)
                let hint = Suggestion.hint(for: entry.key, among: known, otherwise: "known here")
                report(entry.location, "unknown key \(quoted(entry.key))\(hint)")
                continue
            }
            if key.isLater { report(entry.location, "\(quoted(entry.key)) is not supported yet") }
            values[entry.key] = entry
        }
        for key in table.keys where key.isRequired && values[key.name] == nil {
            report(node.location, "missing key \(quoted(key.name))")
        }
        return values
    }

    /// The entries of a mapping whose keys are names of the user's choice.
    public func entries(_ node: SourceNode?, of what: String) -> [SourceNode.Entry] {
        guard let node else { return [] }
        guard case .mapping(let entries) = node.content else {
            report(node.location, "expected a mapping of \(what), found \(node.found)")
            return []
        }
        return entries
    }

    /// The elements of a list.
    public func elements(_ node: SourceNode?, of what: String) -> [SourceNode] {
        guard let node else { return [] }
        guard case .list(let nodes) = node.content else {
            report(node.location, "expected a list of \(what), found \(node.found)")
            return []
        }
        return nodes
    }

    // MARK: - Scalars

    /// A text that takes no `${…}`.
    public func name(_ node: SourceNode?, _ what: String = "a text") -> String? {
        guard let node else { return nil }
        guard let scalar = node.scalar, !scalar.text.isEmpty else {
            report(node.location, "expected \(what), found \(node.found)")
            return nil
        }
        if let dollar = scalar.text.firstRange(of: "${") {
            let offset = scalar.text[..<dollar.lowerBound].unicodeScalars.count
            report(node.location(at: offset), "${…} can't stand here")
            return nil
        }
        return scalar.text
    }

    /// The text as it is, for a grammar of its own.
    public func grammar(_ node: SourceNode?, _ what: String) -> String? {
        guard let node else { return nil }
        guard let scalar = node.scalar, !scalar.text.isEmpty else {
            report(node.location, "expected \(what), found \(node.found)")
            return nil
        }
        // What follows is not judged any more: it costs time, and would not be shown.
        if isFull {
            isCut = true
            return nil
        }
        return scalar.text
    }

    /// A text with places to fill in.
    public func text(_ node: SourceNode?, _ scope: Scope, _ what: String = "a text", isURL: Bool = false) -> Text? {
        guard let node else { return nil }
        guard let scalar = node.scalar else {
            report(node.location, "expected \(what), found \(node.found)")
            return nil
        }
        return template(scalar.text, scope, at: node, offset: 0, isURL: isURL)
    }

    /// Parses a text that stands at an offset in a node; what is wrong is reported there.
    func template(_ source: String, _ scope: Scope, at node: SourceNode, offset: Int, isURL: Bool = false) -> Text {
        guard !isFull else {
            isCut = true
            return Text("")
        }
        var parser = TemplateParser(
            scope: scope, environment: { self.environmentValue($0) }, file: { self.value(ofFile: $0) },
            secret: secretSource == nil ? nil : { self.managedSecret($0) })
        parser.notNumbers = { self.notNumbers(table: $0, column: $1) }
        parser.isURL = isURL
        parser.scope.hasRaw = scope.hasRaw || isURL
        let (text, problems, values) = parser.parseKeepingSecrets(source)
        for problem in problems { report(node.location(at: offset + problem.offset), problem.message) }
        for (value, shown) in values {
            if isUnread(shown) { secrets.addUnread(shown) } else { secrets.add(value, shown: shown) }
        }
        return text
    }

    private func managedSecret(_ name: String) -> Result<String, UnreadableSecret> {
        if let known = managedSecrets[name] { return known }
        let result = secretSource?(name) ?? .failure(UnreadableSecret(reason: "no secrets manager is asked"))
        managedSecrets[name] = result
        return result
    }

    private func isUnread(_ shown: String) -> Bool { secretSource == nil && shown.hasPrefix("${aws-secret:") }

    /// True where a text has a stand-in for a secret that isn't read: what it says can't be judged.
    func hasUnread(_ text: Text) -> Bool {
        text.pieces.contains { if case .secret(_, let shown) = $0 { isUnread(shown) } else { false } }
    }

    private func environmentValue(_ name: String) -> String? {
        let value = environment[name]
        inputs.add(variable: name, isSet: value != nil)
        return value
    }

    private func value(ofFile path: String) -> Result<String, SourceFile.Unreadable> {
        noteFile(SourceFile.path(path, in: folder))
        do throws(SourceFile.Unreadable) {
            let bytes = try SourceFile.read(SourceFile.path(path, in: folder), maximumBytes: Self.maximumValueBytes)
            return SourceFile.text(bytes).mapError { _ in SourceFile.Unreadable(reason: "it is not UTF-8") }
        } catch {
            return .failure(error)
        }
    }

    /// A value known now, given to a parser; the parser's message is only shown where the value stands in the file,
    /// since it may quote the value.
    public func value<Value>(
        _ node: SourceNode?, _ expected: String, _ parse: (String) throws(GrammarError) -> Value
    ) -> Value? {
        guard let node else { return nil }
        guard let scalar = node.scalar else {
            report(node.location, "\(expected), found \(node.found)")
            return nil
        }
        let count = problems.count
        let isTemplate = scalar.text.contains("${")
        let text = isTemplate ? template(scalar.text, .constant, at: node, offset: 0) : Text(scalar.text)
        guard problems.count == count, !hasUnread(text), let constant = text.constant else { return nil }
        do throws(GrammarError) {
            return try parse(constant)
        } catch {
            if isTemplate {
                report(node.location, "\(expected), which the value of \(quoted(scalar.text)) is not")
            } else {
                report(node, error)
            }
            return nil
        }
    }

    /// A duration, above zero unless zero is allowed.
    public func duration(_ node: SourceNode?, allowsZero: Bool = false) -> Duration? {
        value(node, Quantity.expectedDuration) { text throws(GrammarError) in
            let duration = try Quantity.duration(text)
            guard allowsZero || duration > .zero else {
                throw GrammarError(offset: 0, message: "expected a duration above 0s, found \(quoted(text))")
            }
            return duration
        }
    }

    /// A whole number within bounds.
    public func integer(_ node: SourceNode?, minimum: Int, maximum: Int) -> Int? {
        let expected = "expected a whole number from \(minimum) to \(maximum)"
        return value(node, expected) { text throws(GrammarError) in
            guard let value = Quantity.integer(text), minimum...maximum ~= value else {
                throw GrammarError(offset: 0, message: "\(expected), found \(quoted(text))")
            }
            return value
        }
    }

    /// `true` or `false`.
    public func boolean(_ node: SourceNode?) -> Bool? {
        value(node, "expected true or false") { text throws(GrammarError) in
            switch text {
            case "true": return true
            case "false": return false
            default: throw GrammarError(offset: 0, message: "expected true or false, found \(quoted(text))")
            }
        }
    }

    /// One of the names.
    public func choice(_ node: SourceNode?, _ names: [String]) -> String? {
        guard let node, let text = grammar(node, names.joined(separator: " or ")) else { return nil }
        if names.contains(text) { return text }
        let hint = Suggestion.nearest(to: text, among: names).map { " (did you mean \"\($0)\"?)" } ?? ""
        report(node.location, "expected \(names.joined(separator: " or ")), found \(quoted(text))\(hint)")
        return nil
    }
}

/// Keeps the secrets of a source out of the scenario: each is replaced by an environment variable's place.
///
/// A source is taken twice with the same keeper. The first time it learns what is secret; the second time it finds
/// these values wherever else they stand, under names that say nothing.
struct SecretKeeper {
    /// Values that are looked for elsewhere, at most: each costs a search of every text.
    private static let maximumSearched = 200

    /// Variables that a hint names.
    private static let maximumShown = 12

    /// What is no secret, whatever the source says: `cookie_domain` is the host that all requests go to.
    var known: [String] = []
    /// The variable of each secret.
    private var variables: [String: String] = [:]
    private var names: Set<String> = []
    /// How many variables follow a name.
    private var numbers: [String: Int] = [:]
    /// Values to look for, with their variables, the longest first: a secret that holds another must go whole.
    private var searched: [(value: String, bytes: [UInt8], variable: String)] = []

    /// The variables in use, sorted.
    private(set) var used: Set<String> = []

    /// What to set before a run.
    var hints: [String] {
        guard !used.isEmpty else { return [] }
        let more = used.count > Self.maximumShown ? " and \(used.count - Self.maximumShown) more" : ""
        let names = used.sorted().prefix(Self.maximumShown).joined(separator: ", ")
        return ["Secrets of the source are not here. Set before a run, or with --set NAME=VALUE: \(names)\(more)"]
    }

    /// Forgets which variables are in use, but none of the secrets.
    mutating func forgetUses() { used = [] }

    /// A place for the secret, of a variable that is named after its field.
    mutating func place(for value: String, named name: String) -> TemplateText {
        // A variable of the shell is a place already; what stands beside it is not.
        let given = ShellText.template(value)
        if given.pieces.allSatisfy({ if case .place = $0 { true } else { false } }) {
            return TemplateText(value)
        }
        let variable = learn(value, named: name)
        used.insert(variable)
        return .environment(variable)
    }

    /// The variable of a secret, which is looked for from now on.
    @discardableResult
    mutating func learn(_ value: String, named name: String) -> String {
        if let variable = variables[value] { return variable }
        let base = Self.variable(name)
        var variable = base
        while !names.insert(variable).inserted {
            numbers[base, default: 1] += 1
            variable = "\(base)_\(numbers[base, default: 1])"
        }
        variables[value] = variable
        if isDistinct(value), !ShellText.hasVariable(value), searched.count < Self.maximumSearched {
            searched.append((value, Array(value.utf8), variable))
            searched.sort { $0.value.utf8.count > $1.value.utf8.count }
        }
        return variable
    }

    /// The text with the secrets that are known in it replaced.
    mutating func cleaned(_ text: String) -> TemplateText {
        var result = TemplateText(text)
        // Most texts hold no secret: one look at their bytes for each is all that they cost.
        let bytes = Array(text.utf8)
        let found = searched.filter { TextSearch.first($0.bytes, in: bytes, from: 0) != nil }
        for (value, _, variable) in found {
            var next = TemplateText()
            var isFound = false
            for piece in result.pieces {
                switch piece {
                case .place(let place): next.append(place: place)
                case .literal(let literal):
                    for (number, part) in TextSearch.split(literal, by: value).enumerated() {
                        if number > 0 {
                            isFound = true
                            next.append(.environment(variable))
                        }
                        next.append(part)
                    }
                }
            }
            guard isFound else { continue }
            used.insert(variable)
            result = next
        }
        return result
    }

    /// A name without known secrets: some systems have names of members that are identifiers of sessions.
    mutating func cleaned(name: String) -> String { cleaned(name).shown }

    /// The value of a field: a place where the name or the value is secret, else the text without known secrets.
    mutating func value(_ value: String, named name: String, isSecret: Bool? = nil) -> TemplateText {
        if value.isEmpty { return TemplateText() }
        if (isSecret ?? SecretNames.isSecret(name)) || SecretNames.looksSecret(value) {
            return place(for: value, named: name)
        }
        return cleaned(value)
    }

    /// The JSON value without secrets. What stands inside a secret member is secret, too.
    mutating func json(_ value: DocumentValue, named name: String, isSecret: Bool = false) -> DocumentValue {
        switch value {
        case .null, .bool, .template: return value
        case .number(let text):
            guard isSecret, SecretNames.isSecretNumber(name) else { return value }
            return .template(place(for: text, named: name))
        case .text(let text):
            let result = self.value(text, named: name, isSecret: isSecret)
            return result.literal.map { .text($0) } ?? .template(result)
        case .list(let values): return .list(values.map { json($0, named: name, isSecret: isSecret) })
        case .object(let object):
            var result = DocumentObject()
            for member in object.members {
                let shown = cleaned(name: member.name)
                let inner = isSecret ? "\(name)_\(member.name)" : member.name
                result[result[shown] == nil ? shown : member.name] = json(
                    member.value, named: inner, isSecret: isSecret || SecretNames.isSecret(member.name))
            }
            return .object(result)
        }
    }

    /// Learns the secrets of an answer's JSON by their names: what a login gives out, later requests carry.
    mutating func learn(from value: DocumentValue, named name: String = "answer", isSecret: Bool = false) {
        switch value {
        case .text(let text): if isSecret { learn(text, named: name) }
        case .list(let values): for value in values { learn(from: value, named: name, isSecret: isSecret) }
        case .object(let object):
            for member in object.members {
                learn(
                    from: member.value, named: member.name, isSecret: isSecret || SecretNames.isSecret(member.name))
            }
        default: break
        }
    }

    /// A form without secrets.
    mutating func fields(_ fields: [(name: String, value: String)]) -> [ScenarioDraft.Field] {
        let names = fields.map(\.name)
        return fields.map { field in
            ScenarioDraft.Field(
                name: cleaned(name: field.name),
                value: value(
                    field.value, named: field.name, isSecret: SecretNames.isSecretInQuery(field.name, among: names)))
        }
    }

    /// Path and query without secrets, encoded as a URL wants it.
    mutating func url(path: String, query: String?) -> TemplateText {
        var text = TemplateText(path.hasPrefix("/") ? "" : "/")
        for (index, segment) in path.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text.append("/") }
            let decoded = PercentCoding.decoded(String(segment))
            let value = value(decoded, named: "PATH_TOKEN", isSecret: false)
            text.append(
                value.literal == decoded
                    ? TemplateText(PercentCoding.cleaned(String(segment))) : value.mapLiterals(PercentCoding.encoded))
        }
        guard let query else { return text }
        text.append("?")
        let names = PercentCoding.fields(query).map(\.name)
        for (index, field) in query.split(separator: "&", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text.append("&") }
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentCoding.decoded(parts.first.map(String.init) ?? "", plusIsSpace: true)
            text.append(cleaned(parts.first.map(String.init) ?? "").mapLiterals(PercentCoding.cleaned))
            guard parts.count > 1 else { continue }
            text.append("=")
            let decoded = PercentCoding.decoded(String(parts[1]), plusIsSpace: true)
            let value = value(
                decoded, named: name, isSecret: SecretNames.isSecretInQuery(name, among: names))
            // What is no secret stays as it was encoded.
            text.append(
                value.literal == decoded
                    ? TemplateText(PercentCoding.cleaned(String(parts[1]))) : value.mapLiterals(PercentCoding.encoded))
        }
        return text
    }

    /// The value of a header field without secrets; the scheme of credentials stays.
    mutating func header(_ name: String, _ value: String) -> TemplateText {
        guard name.lowercased().hasSuffix("authorization") else { return self.value(value, named: name) }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["basic", "bearer", "digest", "token", "apikey"].contains(parts[0].lowercased()) else {
            return place(for: value, named: name)
        }
        return credentials(scheme: String(parts[0]), String(parts[1]))
    }

    /// A value of `Authorization` (RFC 9110 §11.6.2).
    mutating func credentials(scheme: String, _ value: String) -> TemplateText {
        var text = TemplateText("\(scheme) ")
        // A password is found elsewhere in its own form, too.
        if scheme.lowercased() == "basic", let pair = Base64.decoded(value), let colon = pair.firstIndex(of: ":") {
            learn(String(pair[pair.index(after: colon)...]), named: "password")
        }
        text.append(place(for: value, named: scheme.lowercased() == "basic" ? "BASIC_CREDENTIALS" : "\(scheme)_token"))
        return text
    }

    /// True where a text holds a secret that can be told from other words.
    func isBetrayed(by text: String) -> Bool {
        searched.contains { secret in
            [
                secret.value, PercentCoding.encoded(secret.value),
                secret.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""),
            ].contains { TextSearch.contains(text, $0) }
        }
    }

    /// True for a value that is hardly a word by chance: others are replaced where they are secret by name, but not
    /// looked for elsewhere, or a password `projects` would take every path apart.
    private func isDistinct(_ value: String) -> Bool {
        guard value.utf8.count >= 8, value != TemplateText.placeholder,
            !known.contains(where: { TextSearch.contains($0, value) })
        else { return false }
        return value.utf8.count >= 16 || value.utf8.contains { !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0) }
    }

    /// `X-API-Key` gives `X_API_KEY`.
    static func variable(_ name: String) -> String {
        let words = SecretNames.wordsOf(name).map { word in
            String(word.uppercased().filter { $0.isASCII })
        }.filter { !$0.isEmpty }
        let name = String(words.joined(separator: "_").prefix(60))
        return name.isEmpty || name.first?.isNumber ?? true ? "SECRET\(name.isEmpty ? "" : "_\(name)")" : name
    }
}

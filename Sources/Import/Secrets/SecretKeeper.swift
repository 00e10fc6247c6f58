import Credentials

/// Keeps the secrets of a source out of the scenario: each is replaced by an environment variable's place.
///
/// A source is taken twice with the same keeper. The first time it learns what is secret; the second time it finds
/// these values wherever else they stand, under names that say nothing.
public struct SecretKeeper {
    /// Values that are looked for elsewhere, at most: each costs a search of every text.
    private static let maximumSearched = 200

    /// Variables that a hint names.
    private static let maximumShown = 12

    /// What is no secret, whatever the source says: `cookie_domain` is the host that all requests go to.
    public var known: [String] = []
    /// The variable of each secret.
    private var variables: [String: String] = [:]
    private var names: Set<String> = []
    /// How many variables follow a name.
    private var numbers: [String: Int] = [:]
    /// Values to look for, with their variables, the longest first: a secret that holds another must go whole.
    private var searched: [SearchedSecret] = []

    /// The variables of secrets in codes, by variable and code.
    private var codedVariables: [String: String] = [:]

    /// The variables in use, sorted.
    private(set) var used: Set<String> = []

    private static let hintBeginning = "Secrets of the source are not here."
    private static let codeHint = "…_ENCODED, …_ESCAPED and …_BASE64 are values in the code of the text around them."

    /// True for a line that `hints` gave.
    static func isHint(_ line: String) -> Bool { line.hasPrefix(hintBeginning) || line == codeHint }

    /// What to set before a run.
    public var hints: [String] {
        guard !used.isEmpty else { return [] }
        let more = used.count > Self.maximumShown ? " and \(used.count - Self.maximumShown) more" : ""
        let names = used.sorted().prefix(Self.maximumShown).joined(separator: ", ")
        let coded = codedVariables.values.contains(where: used.contains)
        return ["\(Self.hintBeginning) Set before a run, or with --set NAME=VALUE: \(names)\(more)"]
            + (coded ? [Self.codeHint] : [])
    }

    /// Whether examples that no one takes for a secret stay: those of a document were made up by its author.
    var skipsPlaceholders = false

    /// The variable of a value that is known to be a secret.
    func variable(of value: String) -> String? { variables[value] }

    /// Counts variables among those in use.
    mutating func use(_ names: [String]) { used.formUnion(names) }

    /// Of the variables in use those that are still among the given ones.
    mutating func keepUses(_ names: [String]) { used.formIntersection(names) }

    /// Forgets which variables are in use, but none of the secrets.
    mutating func forgetUses() { used = [] }

    /// A place for the secret, of a variable that is named after its field.
    public mutating func placeholder(for value: String, named name: String) -> TemplateText {
        // A variable of the shell is a place already; what stands beside it is not.
        let given = ShellVariables.template(value)
        if given.pieces.allSatisfy({ if case .placeholder = $0 { true } else { false } }) {
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
        if isDistinct(value), !ShellVariables.hasVariable(value), searched.count < Self.maximumSearched {
            searched.append(SearchedSecret(bytes: Array(value.utf8), variable: variable))
            searched.sort { $0.bytes.count > $1.bytes.count }
        }
        return variable
    }

    /// The text with the secrets that are known in it replaced, however they are coded in it. What a place of a URL is
    /// filled with gets encoded there, so it needs no variable of its own.
    mutating func cleaned(_ text: String, isURL: Bool = false) -> TemplateText {
        // Most texts hold no secret: one look at their bytes for each is all that they cost.
        let bytes = Array(text.utf8)
        let found = SecretOccurrences(in: bytes, searched)
        guard !found.places.isEmpty else { return TemplateText(text) }
        var result = TemplateText()
        var index = 0
        for placeholder in found.places {
            result.append(String(decoding: bytes[index..<placeholder.range.lowerBound], as: UTF8.self))
            // What is coded needs a value that is coded, too.
            let isPlain = placeholder.coding.isEmpty || isURL && placeholder.coding == "ENCODED"
            let variable = isPlain ? placeholder.variable : codedVariable(placeholder.variable, placeholder.coding)
            used.insert(variable)
            result.append(.environment(variable))
            index = placeholder.range.upperBound
        }
        result.append(String(decoding: bytes[index...], as: UTF8.self))
        return result
    }

    /// A URL without known secrets.
    mutating func cleaned(url: TemplateText) -> TemplateText {
        var result = TemplateText()
        for piece in url.pieces {
            switch piece {
            case .literal(let literal): result.append(cleaned(literal, isURL: true))
            case .placeholder(let placeholder): result.append(placeholder: placeholder)
            }
        }
        return result
    }

    /// The variable of a secret in a code: `PASSWORD_ENCODED`.
    private mutating func codedVariable(_ variable: String, _ coding: String) -> String {
        if let known = codedVariables["\(variable) \(coding)"] { return known }
        var name = "\(variable)_\(coding)"
        var number = 1
        while !names.insert(name).inserted {
            number += 1
            name = "\(variable)_\(coding)_\(number)"
        }
        codedVariables["\(variable) \(coding)"] = name
        return name
    }

    /// A name without known secrets: some systems have names of members that are identifiers of sessions.
    mutating func cleaned(name: String) -> String { cleaned(name).shown }

    /// The value of a field: a place where the name or the value is secret, else the text without known secrets.
    mutating func value(_ value: String, named name: String, isSecret: Bool? = nil) -> TemplateText {
        if value.isEmpty { return TemplateText() }
        if skipsPlaceholders {
            // A document's examples are made up, unless they look otherwise.
            if SensitiveText.isPlaceholder(value) { return TemplateText(value) }
            return isSecret ?? SensitiveName.isOne(name)
                ? placeholder(for: value, named: name) : text(value, named: name)
        }
        if (isSecret ?? SensitiveName.isOne(name)) || SensitiveText.isSensitive(value) {
            return placeholder(for: value, named: name)
        }
        return cleaned(value)
    }

    /// The JSON value without secrets. What stands inside a secret member is secret, too.
    mutating func json(_ value: DocumentValue, named name: String, isSecret: Bool = false) -> DocumentValue {
        switch value {
        case .null, .bool, .template: return value
        case .number(let text):
            guard isSecret, SensitiveName.isNumber(name) else { return value }
            return .template(placeholder(for: text, named: name))
        case .text(let text):
            let result = self.value(text, named: name, isSecret: isSecret)
            return result.literal.map { .text($0) } ?? .template(result)
        case .list(let values): return .list(values.map { json($0, named: name, isSecret: isSecret) })
        case .object(let object):
            var result = DocumentObject()
            let named = Self.named(by: object)
            for member in object.members {
                let shown = cleaned(name: member.name)
                let isNamed = named != nil && SensitiveName.holding.contains(member.name.lowercased())
                let inner = isSecret ? "\(name)_\(member.name)" : isNamed ? named ?? "" : member.name
                result[result[shown] == nil ? shown : member.name] = json(
                    member.value, named: inner, isSecret: isSecret || isNamed || SensitiveName.isOne(member.name))
            }
            return .object(result)
        }
    }

    /// The sensitive name that a member gives to another one: `{"name": "password", "value": "…"}`.
    private static func named(by object: DocumentObject) -> String? {
        object.members.first {
            SensitiveName.naming.contains($0.name.lowercased()) && $0.value.text.map(SensitiveName.isOne) ?? false
        }?.value.text
    }

    /// Learns the secrets of an answer's JSON by their names: what a login gives out, later requests carry.
    mutating func learn(from value: DocumentValue, named name: String = "answer", isSecret: Bool = false) {
        switch value {
        case .text(let text): if isSecret { learn(text, named: name) }
        case .list(let values): for value in values { learn(from: value, named: name, isSecret: isSecret) }
        case .object(let object):
            let named = Self.named(by: object)
            for member in object.members {
                let isNamed = named != nil && SensitiveName.holding.contains(member.name.lowercased())
                learn(
                    from: member.value, named: isNamed ? named ?? "" : member.name,
                    isSecret: isSecret || isNamed || SensitiveName.isOne(member.name))
            }
        default: break
        }
    }

    /// A form without secrets.
    mutating func fields(_ fields: [(name: String, value: String)]) -> [ScenarioDraft.Field] {
        let names = fields.map(\.name)
        let named = fields.first {
            SensitiveName.naming.contains($0.name.lowercased()) && SensitiveName.isOne($0.value)
        }?.value
        return fields.map { field in
            let isNamed = named != nil && SensitiveName.holding.contains(field.name.lowercased())
            return ScenarioDraft.Field(
                name: cleaned(name: field.name),
                value: value(
                    field.value, named: isNamed ? named ?? "" : field.name,
                    isSecret: isNamed || SensitiveName.isQueryField(field.name, among: names)))
        }
    }

    /// A text of any sort: the places of its secrets are filled in, and where they can't be told from the rest, all of it.
    mutating func text(_ text: String, named name: String) -> TemplateText {
        let bytes = Array(text.utf8)
        var result = TemplateText()
        var index = 0
        for found in SensitiveText.found(in: bytes) {
            let before = cleaned(String(decoding: bytes[index..<found.range.lowerBound], as: UTF8.self))
            result.append(before)
            let secret = String(decoding: bytes[found.range], as: UTF8.self)
            result.append(
                skipsPlaceholders && SensitiveText.isPlaceholder(secret)
                    ? TemplateText(secret) : placeholder(for: secret, named: found.name))
            index = found.range.upperBound
        }
        result.append(cleaned(String(decoding: bytes[index...], as: UTF8.self)))
        let isClear = result.pieces.allSatisfy { piece in
            if case .literal(let literal) = piece { !SensitiveText.isSensitive(literal) } else { true }
        }
        return isClear || skipsPlaceholders ? result : placeholder(for: text, named: name)
    }

    /// Path and query without secrets, encoded as a URL wants it.
    mutating func url(path: String, query: String?) -> TemplateText {
        var text = TemplateText(path.hasPrefix("/") ? "" : "/")
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let decodedSegments = segments.map { PercentCoding.decoded(String($0)) }
        let secretSegments = WebhookPath.secretSegments(decodedSegments)
        for (index, (segment, decoded)) in zip(segments, decodedSegments).enumerated() {
            if index > 0 { text.append("/") }
            let value = value(decoded, named: "PATH_TOKEN", isSecret: secretSegments.contains(index))
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
                decoded, named: name, isSecret: SensitiveName.isQueryField(name, among: names))
            // What is no secret stays as it was encoded.
            text.append(
                value.literal == decoded
                    ? TemplateText(PercentCoding.cleaned(String(parts[1]))) : value.mapLiterals(PercentCoding.encoded))
        }
        return text
    }

    /// The value of a header field without secrets; the scheme of credentials stays.
    mutating func header(_ name: String, _ value: String) -> TemplateText {
        guard name.lowercased().hasSuffix("authorization") else {
            return self.value(value, named: name, isSecret: SensitiveName.isHeader(name))
        }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, ["basic", "bearer", "digest", "token", "apikey"].contains(parts[0].lowercased()) else {
            return placeholder(for: value, named: name)
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
        text.append(
            placeholder(for: value, named: scheme.lowercased() == "basic" ? "BASIC_CREDENTIALS" : "\(scheme)_token"))
        return text
    }

    /// The variables of secrets that stand in a text all the same, in any code, with the lines on which they stand.
    func betrayed(by text: String) -> [String] {
        let bytes = Array(text.utf8)
        return SecretOccurrences(in: bytes, searched).places.map { placeholder in
            let line = bytes[..<placeholder.range.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
            return "\(placeholder.variable) on line \(line)"
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
        let words = SensitiveName.words(of: name).map { word in
            String(word.uppercased().filter { $0.isASCII })
        }.filter { !$0.isEmpty }
        let name = String(words.joined(separator: "_").prefix(60))
        return name.isEmpty || name.first?.isNumber ?? true ? "SECRET\(name.isEmpty ? "" : "_\(name)")" : name
    }
}

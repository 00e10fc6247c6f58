import Credentials

/// The variables of a collection, as places of the environment with the collection's values for defaults.
struct PostmanVariables {
    private static let maximumDepth = 10
    private static let maximumName = 100
    /// What is made again at each use, as far as scenarios have it.
    private static let dynamic = [
        "$guid": "uuid", "$randomUUID": "uuid", "$randomInt": "random.int(0,1000)",
        "$timestamp": "random.int(1700000000,1800000000)",
    ]

    private var values: [String: String] = [:]
    private var secrets: Set<String> = []
    /// What earlier requests of the same flow, or the login, captured: the names of the scenario by those of Postman.
    var captured: [String: String] = [:]
    /// Variables that the collection gives no value, by the names of the environment.
    private(set) var unknown: Set<String> = []
    /// Secret variables, by the names of the environment.
    private(set) var secretNames: Set<String> = []
    /// Variables that are made by Postman and have no like here.
    private(set) var strange: Set<String> = []

    init(_ list: [DocumentValue]) {
        for entry in list where entry["disabled"]?.bool != true {
            guard let name = entry["key"]?.text ?? entry["id"]?.text, values[name] == nil else { continue }
            let value = entry["value"]?.scalarText ?? ""
            if entry["type"]?.text == "secret" || SensitiveName.isOne(name) || SensitiveText.isSensitive(value) {
                secrets.insert(name)
            }
            values[name] = value
        }
    }

    /// The values that must not be written.
    var secretValues: [(name: String, value: String)] {
        secrets.sorted().compactMap { name in values[name].map { (name, $0) } }.filter { !$0.value.isEmpty }
    }

    /// The text with the names of variables written alike: `{{ host }}` is `{{host}}`.
    static func normalised(_ text: String) -> String {
        parts(text).enumerated().map { $0.offset.isMultiple(of: 2) ? $0.element : "{{\($0.element)}}" }.joined()
    }

    /// True where a variable stands in the text.
    static func hasVariable(_ text: String) -> Bool { parts(text).count > 1 }

    /// What stands before, in and behind the braces, in turn: texts at even places, names at odd ones.
    static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var before = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            let tail = rest[open.upperBound...]
            // A name is short and in one line; other braces are the text's own.
            let near = tail.prefix(maximumName + 2)
            let close = near.firstRange(of: "}}")
            let name = close.map { tail[..<$0.lowerBound].trimmed } ?? ""
            if let close, !name.isEmpty, !name.contains(where: { "{}\"\n".contains($0) }) {
                parts += [before + rest[..<open.lowerBound], name]
                before = ""
                rest = tail[close.upperBound...]
            } else {
                before += rest[..<open.upperBound]
                rest = tail
            }
        }
        return parts + [before + rest]
    }

    /// The names of the variables in a text.
    static func names(in text: String) -> Set<String> {
        Set(parts(text).enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element))
    }

    /// The text with the collection's values; nil where one of them isn't known.
    func literal(_ text: String, depth: Int = 0) -> String? {
        guard depth < Self.maximumDepth else { return nil }
        var result = ""
        for (index, part) in Self.parts(text).enumerated() {
            if index.isMultiple(of: 2) {
                result += part
                continue
            }
            guard let value = values[part], !value.isEmpty, let literal = literal(value, depth: depth + 1),
                result.utf8.count + literal.utf8.count < 100_000
            else { return nil }
            result += literal
        }
        return result
    }

    /// The text with a place for each variable.
    ///
    /// - Parameters:
    ///   - isSecret: True where none of the collection's values is to be written.
    ///   - isURL: True where a value with anything but letters, digits and `-._~` has to stand as it is.
    mutating func template(_ text: String, isSecret: Bool = false, isURL: Bool = false) -> TemplateText {
        var result = TemplateText()
        for (index, part) in Self.parts(text).enumerated() {
            if index.isMultiple(of: 2) {
                result.append(part)
            } else {
                result.append(placeholder(part, isSecret: isSecret, isURL: isURL))
            }
        }
        return result
    }

    private mutating func placeholder(_ name: String, isSecret: Bool, isURL: Bool) -> TemplateText {
        if let capture = captured[name] { return TemplateText(placeholder: capture) }
        if name.hasPrefix("$") {
            if let placeholder = Self.dynamic[name] { return TemplateText(placeholder: placeholder) }
            strange.insert(name)
            return TemplateText("text")
        }
        let variable = Self.environmentName(name)
        if isSecret || secrets.contains(name) {
            secretNames.insert(variable)
            return .environment(variable)
        }
        guard let value = literal("{{\(name)}}") else {
            unknown.insert(variable)
            return .environment(variable)
        }
        // A default holds no brace; in a URL one of letters and digits means the same however places are coded there.
        let isPlain = value == PercentCoding.encoded(value)
        let hasControls = value.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        if value.contains("}") || isURL && !isPlain || hasControls { return TemplateText(value) }
        return .environment(variable, default: value)
    }

    /// `base-url` gives `base_url`.
    private static func environmentName(_ name: String) -> String {
        let fit = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(60))
        return fit.first.map { $0.isNumber } ?? true ? "VARIABLE_\(fit)" : fit
    }
}

extension Substring {
    /// Without spaces at both ends.
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

import Credentials

/// The URL of a request of Postman, taken apart as it is written: variables may stand for any part of it.
struct PostmanURL {
    /// Scheme and host, variables filled in; or the variables themselves, where the collection gives no value.
    let origin: String
    /// False where `origin` is still made of variables.
    let isKnown: Bool
    /// `user:password` of the URL, where it has one.
    let userInformation: String?
    /// What the variables of the origin hold behind the host, and the path that follows, with variables in it.
    let path: String
    /// The fields of the query, as they are written.
    let query: [(name: String, value: String?)]
    /// Values of `:name` in the path.
    private let values: [String: String]

    /// Nil where there is no URL, or one of another scheme than HTTP's.
    init?(_ value: DocumentValue?, _ variables: PostmanVariables) {
        guard let raw = value?.text ?? value?["raw"]?.text ?? Self.composed(value), !raw.isEmpty else { return nil }
        let text = String(raw.drop { $0 == " " || $0 == "\n" })
        let split = Self.headEnd(text)
        let head = String(text[..<split])
        let tail = text[split...]
        if let literal = variables.literal(head) {
            let url = literal.contains("://") ? literal : "http://\(literal)"
            guard let found = RequestURL(url), ["http", "https"].contains(found.scheme) else { return nil }
            (origin, isKnown) = (found.origin, true)
            userInformation = found.userInformation.map { PercentCoding.decoded($0) }
            let prefix = found.path.hasSuffix("/") ? String(found.path.dropLast()) : found.path
            path = prefix + Self.path(tail)
        } else {
            (origin, isKnown) = (PostmanVariables.normalised(head), false)
            userInformation = nil
            path = Self.path(tail)
        }
        let disabled = value?["query"]?.list ?? []
        if disabled.isEmpty {
            query = Self.fields(tail)
        } else {
            query = disabled.compactMap { field in
                guard field["disabled"]?.bool != true, let name = field["key"]?.text else { return nil }
                return (name, field["value"]?.scalarText)
            }
        }
        var values: [String: String] = [:]
        for entry in value?["variable"]?.list ?? [] where entry["disabled"]?.bool != true {
            if let name = entry["key"]?.text ?? entry["id"]?.text { values[name] = entry["value"]?.scalarText ?? "" }
        }
        self.values = values
    }

    /// The texts of which the URL consists, for a look at the variables in them.
    var texts: [String] { [path] + query.flatMap { [$0.name, $0.value ?? ""] } + values.values }

    /// Protocol, host and path where no raw text is given.
    private static func composed(_ value: DocumentValue?) -> String? {
        func joined(_ part: DocumentValue?, _ separator: String) -> String? {
            part?.text ?? part?.list?.compactMap { $0.text ?? $0["value"]?.text }.joined(separator: separator)
        }
        guard let host = joined(value?["host"], ".") else { return nil }
        let scheme = value?["protocol"]?.text.map { "\($0)://" } ?? ""
        let port = value?["port"]?.scalarText.map { ":\($0)" } ?? ""
        return "\(scheme)\(host)\(port)\(joined(value?["path"], "/").map { $0.hasPrefix("/") ? $0 : "/\($0)" } ?? "")"
    }

    /// Where the host ends, outside of braces.
    private static func headEnd(_ text: String) -> String.Index {
        var start = text.startIndex
        if let scheme = text.firstRange(of: "://"), !text[..<scheme.lowerBound].contains("/") {
            start = scheme.upperBound
        }
        return text[start...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    }

    private static func path(_ tail: Substring) -> String { String(tail.prefix { $0 != "?" && $0 != "#" }) }

    private static func fields(_ tail: Substring) -> [(name: String, value: String?)] {
        guard let mark = tail.firstIndex(of: "?") else { return [] }
        let query = tail[tail.index(after: mark)...].prefix { $0 != "#" }
        return query.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        }
    }

    /// Path and query as a step has them.
    func template(_ variables: inout PostmanVariables, _ secrets: inout SecretKeeper) -> TemplateText {
        var text = TemplateText()
        for (index, segment) in path.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { text.append("/") }
            text.append(self.segment(String(segment), &variables, &secrets))
        }
        if path.isEmpty { text.append("/") }
        for (index, field) in query.enumerated() {
            text.append(index > 0 ? "&" : "?")
            text.append(variables.template(field.name, isURL: true).mapLiterals(PercentCoding.cleaned))
            guard let value = field.value else { continue }
            text.append("=")
            let isSecret = SensitiveName.isQueryField(field.name, among: query.map(\.name))
            if isSecret, !PostmanVariables.hasVariable(value), !value.isEmpty {
                text.append(
                    secrets.placeholder(for: PercentCoding.decoded(value, plusIsSpace: true), named: field.name))
            } else {
                text.append(
                    variables.template(value, isSecret: isSecret, isURL: true).mapLiterals(PercentCoding.cleaned))
            }
        }
        return text
    }

    /// A part of the path; `:name` stands for the value that the request gives it.
    private func segment(
        _ segment: String, _ variables: inout PostmanVariables, _ secrets: inout SecretKeeper
    ) -> TemplateText {
        var text = segment
        if segment.hasPrefix(":"), segment.count > 1 {
            let name = String(segment.dropFirst())
            text = values[name].map { $0.isEmpty ? "{{\(name)}}" : $0 } ?? segment
        }
        guard PostmanVariables.hasVariable(text) else {
            let decoded = PercentCoding.decoded(text)
            let value = secrets.value(decoded, named: "PATH_TOKEN", isSecret: false)
            return value.literal == decoded
                ? TemplateText(PercentCoding.cleaned(text)) : value.mapLiterals(PercentCoding.encoded)
        }
        return variables.template(text, isURL: true).mapLiterals(PercentCoding.cleaned)
    }
}

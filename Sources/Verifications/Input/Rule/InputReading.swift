public import Scenarios

extension InputRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "input"
    /// What it is, for the schema and the documentation.
    public static let summary = "Hostile bodies get a 4xx."
    /// What may stand in `${…}` of its texts.
    public static let scope = Scope.catalogue

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { [request] }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<InputKeys>, _ reading: Reading, _ context: VerifyContext) {
        let request = reading.request(keys.request)
        guard let body = reading.inputBody(keys.request, request), let request else { return nil }
        self.init(request: request, body: body)
        if [.get, .head].contains(request.method) {
            reading.report(keys.location, "a \(request.method.rawValue) request has no body that could be hostile")
        }
        expect = keys.expect ?? expect
        expectValid = keys.expectValid ?? expectValid
        accepts = keys.accepts ?? []
        skip = keys.skip ?? []
        if skip.count == InputKind.allCases.count {
            reading.report(keys.location(of: \.skip), "nothing is left to send: every kind is skipped")
        }
        optional = (keys.optional ?? []).compactMap { node in
            guard let text = reading.grammar(node, "a JSON path such as $.note") else { return nil }
            return reading.inputPath(text, node.location, in: body)?.path
        }
        types = (keys.types ?? []).compactMap { reading.inputTypes($0, in: body) }
        limits = (keys.limits ?? []).compactMap { reading.inputLimit($0, in: body) }
        isStrict = keys.strict ?? false
        size = keys.size ?? size
        bodies = keys.bodies ?? bodies
        seed = keys.seed ?? seed
    }
}

extension KeyForm where Value == Int {
    /// The length of large bodies.
    static var bodySize: KeyForm {
        .parsed(Quantity.expectedSize, .pattern(Quantity.sizePattern)) { text throws(GrammarError) in
            let bytes = try Quantity.size(text)
            guard 1...Double(256 << 20) ~= bytes else {
                throw GrammarError(message: "expected a size from 1B to 256MiB")
            }
            return Int(bytes.rounded())
        }
    }
}

extension KeyForm where Value == Set<InputKind> {
    static var inputKinds: KeyForm {
        let names = InputKind.allCases.map(\.rawValue)
        return KeyForm(.list(.choice(names), atLeast: 0)) { reading, node, _ in
            Set(
                reading.elements(node, of: "kinds of hostile bodies").compactMap { element in
                    guard let text = reading.grammar(element, "a kind such as extra_members") else { return nil }
                    if let kind = InputKind(rawValue: text) { return kind }
                    let hint = Suggestion.hint(for: text, among: names, otherwise: "kinds")
                    reading.report(element.location, "unknown kind \(quoted(text))\(hint)")
                    return nil
                })
        }
    }
}

extension Reading {
    /// The valid body, which must be JSON that has something to derive from.
    fileprivate func inputBody(
        _ keys: KeyValues<VerifiedRequestKeys>, _ request: VerifiedRequest?
    ) -> JSONTemplate? {
        guard let node = keys.json else {
            if let other = keys.present(keys.declared.form, keys.declared.body).first {
                report(other.location, "hostile bodies are derived from \"json\", not from \(quoted(other.name))")
            } else {
                report(keys.location, "missing key \"json\": a valid body, from which hostile ones are derived")
            }
            return nil
        }
        guard case .json(let body)? = request?.body else { return nil }
        switch body {
        case .object, .array: return body
        case .raw, .text, .variable:
            report(node.location, "expected a JSON object or list as the body, found \(node.found)")
            return nil
        }
    }

    fileprivate func inputTypes(_ entry: SourceNode.Entry, in body: JSONTemplate) -> InputRule.Types? {
        let names = InputType.allCases.map(\.rawValue)
        let types = elements(entry.value, of: "types").compactMap { choice($0, names).flatMap(InputType.init) }
        return inputPath(entry.key, entry.location, in: body).map { InputRule.Types(path: $0.path, types: Set(types)) }
    }

    /// A path that leads to a value of the body.
    fileprivate func inputPath(
        _ text: String, _ location: TextLocation, in body: JSONTemplate
    ) -> (path: JSONPath, value: JSONTemplate)? {
        do throws(Problem) {
            let path = try JSONPath(parsing: text)
            guard let value = body.value(at: path.elements[...]) else {
                report(location, "\(quoted(text)) is not in the body")
                return nil
            }
            return (path, value)
        } catch {
            report(location, error.message)
            return nil
        }
    }

    fileprivate func inputLimit(_ entry: SourceNode.Entry, in body: JSONTemplate) -> InputRule.Limit? {
        let range = grammar(entry.value, "a range such as 0.01..100000").flatMap { text -> ClosedRange<Double>? in
            if let range = Self.inputRange(text) { return range }
            report(entry.value.location, "expected a range such as 0.01..100000, found \(quoted(text))")
            return nil
        }
        guard let (path, value) = inputPath(entry.key, entry.location, in: body) else { return nil }
        switch value {
        case .raw(let raw) where JSONNumber.isNumber(raw):
            if let range, let number = Double(raw), !range.contains(number) {
                report(entry.value.location, "the valid body's \(raw) is outside this range")
            }
        case .variable: break
        default: report(entry.location, "\(quoted(entry.key)) is not a number in the body")
        }
        return range.map { InputRule.Limit(path: path, range: $0) }
    }

    private static func inputRange(_ text: String) -> ClosedRange<Double>? {
        guard let dots = text.firstRange(of: "..") else { return nil }
        let low = Quantity.signedNumber(text[..<dots.lowerBound])
        let high = Quantity.signedNumber(text[dots.upperBound...])
        guard let low, let high, low <= high else { return nil }
        return low...high
    }
}

extension JSONTemplate {
    /// The value that a path leads to; nil where there is none.
    fileprivate func value(at path: ArraySlice<JSONPath.Element>) -> JSONTemplate? {
        guard let step = path.first else { return self }
        switch (self, step) {
        case (.object(let members), .name(let name)):
            return members.first { $0.name == name }?.value.value(at: path.dropFirst())
        case (.array(let elements), .index(let index)):
            let position = index < 0 ? elements.count + index : index
            return elements.indices.contains(position) ? elements[position].value(at: path.dropFirst()) : nil
        default: return nil
        }
    }
}

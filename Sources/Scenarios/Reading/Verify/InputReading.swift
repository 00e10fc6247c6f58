extension Reading {
    private static let maximumInputBytes = 256 << 20

    /// An endpoint that must refuse what is not valid.
    func input(_ fields: Fields, _ context: VerifyContext) -> InputRule? {
        let request = verifiedRequest(fields, context, scope: .catalogue)
        guard let body = inputBody(fields, request), let request else { return nil }
        var rule = InputRule(request: request, body: body)
        if [.get, .head].contains(request.method) {
            report(fields.place, "a \(request.method.rawValue) request has no body that could be hostile")
        }
        if let node = fields["expect"] { rule.expect = statuses(node) }
        if let node = fields["expect_valid"] { rule.expectValid = statuses(node) }
        rule.accepts = inputKinds(fields["accepts"])
        rule.skip = inputKinds(fields["skip"])
        if rule.skip.count == InputKind.allCases.count {
            report(fields.place(of: "skip"), "nothing is left to send: every kind is skipped")
        }
        rule.optional = elements(fields["optional"], of: "JSON paths").compactMap { node in
            guard let text = grammar(node, "a JSON path such as $.note") else { return nil }
            return inputPath(text, node.place, in: body).map(\.path)
        }
        rule.types = entries(fields["types"], of: "JSON paths and types").compactMap { entry in
            let names = InputType.allCases.map(\.rawValue)
            let types = elements(entry.value, of: "types").compactMap { choice($0, names).flatMap(InputType.init) }
            return inputPath(entry.key, entry.place, in: body).map { .init(path: $0.path, types: Set(types)) }
        }
        rule.limits = entries(fields["limits"], of: "JSON paths and ranges").compactMap { inputLimit($0, in: body) }
        rule.isStrict = boolean(fields["strict"]) ?? false
        if let size = value(fields["size"], Quantity.expectedSize, Self.inputSize) { rule.size = size }
        let fewest = InputKind.allCases.count
        if let bodies = integer(fields["bodies"], minimum: fewest, maximum: 10_000) { rule.bodies = bodies }
        if let seed = integer(fields["seed"], minimum: 0, maximum: 1_000_000_000) { rule.seed = seed }
        return rule
    }

    /// The valid body, which must be JSON that has something to derive from.
    private func inputBody(_ fields: Fields, _ request: VerifiedRequest?) -> JSONTemplate? {
        guard let node = fields["json"] else {
            if let other = fields.present(["form", "body"]).first {
                report(fields.place(of: other), "hostile bodies are derived from \"json\", not from \(quoted(other))")
            } else {
                report(fields.place, "missing key \"json\": a valid body, from which hostile ones are derived")
            }
            return nil
        }
        guard case .json(let body)? = request?.body else { return nil }
        switch body {
        case .object, .array: return body
        case .raw, .text, .variable:
            report(node.place, "expected a JSON object or list as the body, found \(node.found)")
            return nil
        }
    }

    private func inputKinds(_ node: SourceNode?) -> Set<InputKind> {
        let names = InputKind.allCases.map(\.rawValue)
        return Set(
            elements(node, of: "kinds of hostile bodies").compactMap { element in
                guard let text = grammar(element, "a kind such as extra_members") else { return nil }
                if let kind = InputKind(rawValue: text) { return kind }
                let hint = Suggestion.hint(for: text, among: names, otherwise: "kinds")
                report(element.place, "unknown kind \(quoted(text))\(hint)")
                return nil
            })
    }

    /// A path that leads to a value of the body.
    private func inputPath(
        _ text: String, _ place: Place, in body: JSONTemplate
    ) -> (path: JSONPath, value: JSONTemplate)? {
        do throws(Problem) {
            let path = try JSONPath(parsing: text)
            guard let value = body.value(at: path.elements[...]) else {
                report(place, "\(quoted(text)) is not in the body")
                return nil
            }
            return (path, value)
        } catch {
            report(place, error.message)
            return nil
        }
    }

    private func inputLimit(_ entry: SourceNode.Entry, in body: JSONTemplate) -> InputRule.Limit? {
        let range = grammar(entry.value, "a range such as 0.01..100000").flatMap { text -> ClosedRange<Double>? in
            if let range = Self.inputRange(text) { return range }
            report(entry.value.place, "expected a range such as 0.01..100000, found \(quoted(text))")
            return nil
        }
        guard let (path, value) = inputPath(entry.key, entry.place, in: body) else { return nil }
        switch value {
        case .raw(let raw) where JSONNumber.isNumber(raw):
            if let range, let number = Double(raw), !range.contains(number) {
                report(entry.value.place, "the valid body's \(raw) is outside this range")
            }
        case .variable: break
        default: report(entry.place, "\(quoted(entry.key)) is not a number in the body")
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

    private static func inputSize(_ text: String) throws(GrammarError) -> Int {
        let bytes = try Quantity.size(text)
        guard 1...Double(maximumInputBytes) ~= bytes else {
            throw GrammarError(offset: 0, message: "expected a size from 1B to \(maximumInputBytes >> 20)MiB")
        }
        return Int(bytes.rounded())
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
            let place = index < 0 ? elements.count + index : index
            return elements.indices.contains(place) ? elements[place].value(at: path.dropFirst()) : nil
        default: return nil
        }
    }
}

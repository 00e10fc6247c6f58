/// Makes values that fit schemas: the author's examples where there are any.
struct SchemaSampler {
    /// Values and schemas that one sample may cost: schemas that hold each other twice grow without end.
    private static let maximumCost = 2_000
    private static let maximumDepth = 24

    private let document: OpenAPIDocument
    private var budget = maximumCost
    /// What is wrong with references.
    private(set) var problems: [String] = []
    /// What the values may lack, for comments.
    private(set) var notes: [String] = []

    /// True for answers, of which everything is of interest; requests hold only what they must.
    private let allProperties: Bool

    init(_ document: OpenAPIDocument, allProperties: Bool = false) {
        self.document = document
        self.allProperties = allProperties
    }

    /// A value of the schema; nil where none can be made.
    mutating func value(of schema: DocumentValue, named name: String) -> DocumentValue? {
        let value = value(schema, name: name, references: [], depth: 0)
        if budget <= 0 { notes.append("the schema of \(name) is very large: only a part of it is here") }
        return value
    }

    private mutating func flat(_ schema: DocumentValue, _ references: Set<String>) -> FlatSchema? {
        var found: [String] = []
        let flat = FlatSchema(schema, in: document, references: references, budget: &budget) { found.append($0) }
        problems += found
        return flat
    }

    private mutating func value(
        _ schema: DocumentValue, name: String, references: Set<String>, depth: Int
    ) -> DocumentValue? {
        budget -= 1
        guard budget > 0, depth <= Self.maximumDepth, let flat = flat(schema, references) else { return nil }
        for given in [flat["example"], flat["examples"]?.list?.first, flat["const"], flat["default"]] {
            if let given { return given }
        }
        if let choice = flat["enum"]?.list?.first(where: { $0 != .null }) { return choice }
        switch flat.type {
        case "object": return object(flat, depth: depth)
        case "array": return array(flat, name: name, depth: depth)
        case "boolean": return .bool(true)
        case "integer": return .number(NumberSample(flat, isInteger: true).text)
        case "number": return .number(NumberSample(flat, isInteger: false).text)
        case "null": return .null
        default: return string(flat, name: name)
        }
    }

    /// The required properties; all that can be sent where none is said to be required.
    private mutating func object(_ flat: FlatSchema, depth: Int) -> DocumentValue {
        var object = DocumentObject()
        for property in flat.properties.members {
            let isRequired = flat.required.contains(property.name)
            guard allProperties || isSent(property.value, isRequired: isRequired || flat.required.isEmpty) else {
                continue
            }
            let value = value(
                property.value, name: property.name, references: flat.references, depth: depth + 1)
            if let value {
                object[property.name] = value
            } else if isRequired {
                object[property.name] = .null
            }
        }
        return .object(object)
    }

    private func isSent(_ property: DocumentValue, isRequired: Bool) -> Bool {
        isRequired && property["readOnly"]?.bool != true && property["deprecated"]?.bool != true
    }

    private mutating func array(_ flat: FlatSchema, name: String, depth: Int) -> DocumentValue {
        let items = flat["items"] ?? flat["prefixItems"]?.list?.first
        guard let items,
            let value = value(items, name: name, references: flat.references, depth: depth + 1)
        else { return .list([]) }
        let count = min(max(flat["minItems"]?.integer ?? 1, 1), 10)
        return .list(Array(repeating: value, count: count))
    }

    private mutating func string(_ flat: FlatSchema, name: String) -> DocumentValue {
        let minimum = min(max(flat["minLength"]?.integer ?? 0, 0), 1_000)
        let maximum = max(flat["maxLength"]?.integer ?? .max, minimum)
        switch flat["format"]?.text {
        case "date": return .text("2026-01-31")
        case "date-time": return .text("2026-01-31T12:00:00Z")
        case "time": return .text("12:00:00Z")
        case "duration": return .text("PT10S")
        // A new one each time: servers take an identifier once.
        case "uuid": return .template(TemplateText(place: "uuid"))
        case "email", "idn-email": return .text("user@example.com")
        case "uri", "url", "iri", "uri-reference": return .text("https://example.com/")
        case "hostname", "idn-hostname": return .text("example.com")
        case "ipv4": return .text("192.0.2.1")
        case "ipv6": return .text("2001:db8::1")
        case "byte": return .text("dGV4dA==")
        case "password": return .template(.environment("PASSWORD"))
        default: break
        }
        if let pattern = flat["pattern"]?.text {
            if let text = PatternSample.text(pattern, minimum: minimum, maximum: maximum) { return .text(text) }
            notes.append("\(StepNames.fit(name, otherwise: "a value")) may not fit its pattern")
        }
        var text = "text"
        while text.count < minimum { text += "text" }
        return .text(String(text.prefix(max(minimum, min(4, maximum)))))
    }
}

/// A number that fits a schema's bounds.
private struct NumberSample {
    let text: String

    init(_ flat: FlatSchema, isInteger: Bool) {
        // Version 3.0 has truth values here, 3.1 numbers.
        let step = flat["multipleOf"]?.number.flatMap { $0 > 0 ? $0 : nil } ?? (isInteger ? 1 : nil)
        var low = flat["minimum"]?.number
        var isLowOpen = flat["exclusiveMinimum"]?.bool ?? false
        if let bound = flat["exclusiveMinimum"]?.number, bound >= low ?? bound { (low, isLowOpen) = (bound, true) }
        var high = flat["maximum"]?.number
        var isHighOpen = flat["exclusiveMaximum"]?.bool ?? false
        if let bound = flat["exclusiveMaximum"]?.number, bound <= high ?? bound { (high, isHighOpen) = (bound, true) }
        func fits(_ value: Double) -> Bool {
            (low.map { isLowOpen ? value > $0 : value >= $0 } ?? true)
                && (high.map { isHighOpen ? value < $0 : value <= $0 } ?? true)
        }
        var value = step ?? 1
        if !fits(value) {
            let start = low ?? high ?? 0
            if let step {
                value = (low == nil ? (start / step).rounded(.down) : (start / step).rounded(.up)) * step
                if !fits(value) { value += low == nil ? -step : step }
            } else if let low, let high {
                value = fits(low) ? low : (low + high) / 2
            } else {
                value = fits(start) ? start : start + (low == nil ? -1 : 1)
            }
        }
        text = Self.text(value)
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}

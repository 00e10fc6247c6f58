import Credentials

/// A text that fits a schema's format, pattern and length.
struct StringSample {
    private let flat: FlatSchema
    private let name: String
    private let variant: Int
    /// What the text may lack.
    private(set) var notes: [String] = []

    init(_ flat: FlatSchema, _ name: String, variant: Int) {
        self.flat = flat
        self.name = name
        self.variant = variant
    }

    /// The text; another one for each variant where the schema allows it.
    var value: DocumentValue {
        mutating get {
            let minimum = min(max(flat["minLength"]?.integer ?? 0, 0), 1_000)
            let maximum = max(flat["maxLength"]?.integer ?? .max, minimum)
            if let value = formatted(flat["format"]?.text) { return value }
            if let pattern = flat["pattern"]?.text {
                if let text = PatternSample.text(pattern, minimum: minimum, maximum: maximum) { return .text(text) }
                notes.append("\(StepNames.fit(name, otherwise: "a value")) may not fit its pattern")
            }
            if flat["pattern"] == nil, let format = formatOfName, case .text(let text)? = formatted(format),
                minimum...maximum ~= text.count
            {
                return .text(text)
            }
            var text = "text"
            while text.count < minimum { text += "text" }
            text = String(text.prefix(max(minimum, min(4, maximum))))
            guard variant > 0 else { return .text(text) }
            let number = String(variant)
            if text.count + number.count <= maximum { return .text(text + number) }
            return .text(String(text.dropLast(number.count)) + number)
        }
    }

    /// What a text is by its name alone: servers are stricter than their documents.
    private var formatOfName: String? {
        let words = SensitiveName.words(of: name)
        switch words.last {
        case "email", "mail": return "email"
        case "url", "uri", "website", "homepage": return "uri"
        case "ip": return "ipv4"
        case "address" where words.contains("ip"): return "ipv4"
        case "date", "birthday", "birthdate": return "date"
        case "at" where words.count > 1: return "date-time"
        case "timestamp", "datetime": return "date-time"
        default: return nil
        }
    }

    private func formatted(_ format: String?) -> DocumentValue? {
        let day = String(variant == 0 ? 31 : (variant - 1) % 30 + 1)
        let date = "2026-01-\(day.count == 1 ? "0" : "")\(day)"
        switch format {
        case "date": return .text(date)
        case "date-time": return .text("\(date)T12:00:00Z")
        case "time": return .text("12:00:00Z")
        case "duration": return .text("PT\(10 + variant)S")
        // A new one each time: servers take an identifier once.
        case "uuid": return .template(TemplateText(placeholder: "uuid"))
        case "email", "idn-email": return .text("user\(variant > 0 ? "\(variant)" : "")@example.com")
        case "uri", "url", "iri", "uri-reference":
            return .text("https://example.com/\(variant > 0 ? "\(variant)" : "")")
        case "hostname", "idn-hostname": return .text("\(variant > 0 ? "h\(variant)." : "")example.com")
        case "ipv4": return .text("192.0.2.\(variant % 254 + 1)")
        case "ipv6": return .text("2001:db8::\(variant % 9 + 1)")
        case "byte": return .text("dGV4dA==")
        case "password": return .template(.environment("PASSWORD"))
        default: return flat["contentEncoding"]?.text == "base64" ? .text("dGV4dA==") : nil
        }
    }
}

/// A strict reader of InfluxDB's line protocol: measurement, tags and fields with their escapes, types, a time in whole numbers.
struct LineCheck {
    struct Line: Equatable {
        var measurement: String
        var tags: [String: String]
        /// As they stand, with their types: `3i`, `0.5`.
        var fields: [String: String]
        var time: Int64
    }

    private(set) var lines: [Line] = []
    private(set) var faults: [String] = []

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("no line break at its end") }
        for line in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let read = Self.line(line) { lines.append(read) } else { faults.append(String(line)) }
        }
        var series: Set<String> = []
        for line in lines {
            let key = "\(line.measurement) \(line.tags.sorted { $0.key < $1.key }) \(line.time)"
            if !series.insert(key).inserted { faults.append("twice: \(key)") }
        }
    }

    /// The field of the series that has these tags among its own.
    func value(_ measurement: String, _ tags: [String: String] = [:], _ field: String = "value") -> String? {
        let found = lines.filter { line in
            line.measurement == measurement && tags.allSatisfy { line.tags[$0.key] == $0.value }
        }
        return found.count == 1 ? found[0].fields[field] : nil
    }

    private typealias Rest = Substring.UnicodeScalarView

    private static func line(_ text: Rest) -> Line? {
        var rest = text
        guard let measurement = word(&rest, until: [",", " "]), !measurement.isEmpty else { return nil }
        var tags: [String: String] = [:]
        while rest.first == "," {
            rest.removeFirst()
            guard let name = word(&rest, until: ["="]), !name.isEmpty, rest.popFirst() == "=",
                let value = word(&rest, until: [",", " "]), !value.isEmpty, tags.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        guard rest.popFirst() == " " else { return nil }
        var fields: [String: String] = [:]
        repeat {
            if rest.first == "," { rest.removeFirst() }
            guard let name = word(&rest, until: ["="]), !name.isEmpty, rest.popFirst() == "=",
                let value = word(&rest, until: [",", " "]), isNumber(value),
                fields.updateValue(value, forKey: name) == nil
            else { return nil }
        } while rest.first == ","
        guard rest.popFirst() == " ", let time = Int64(String(rest)) else { return nil }
        return Line(measurement: measurement, tags: tags, fields: fields, time: time)
    }

    /// A backslash escapes commas, blanks and equals signs, and what else stands behind one is refused here, since receivers
    /// differ in it; as are controls, and separators that aren't escaped.
    private static func word(_ rest: inout Rest, until ends: Set<Unicode.Scalar>) -> String? {
        var word = String.UnicodeScalarView()
        while let scalar = rest.first, !ends.contains(scalar) {
            rest.removeFirst()
            switch scalar {
            case "\\":
                guard let escaped = rest.popFirst(), [",", " ", "="].contains(escaped) else { return nil }
                word.append(escaped)
            case ",", " ", "=": return nil
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F: return nil
            default: word.append(scalar)
            }
        }
        return String(word)
    }

    private static func isNumber(_ text: String) -> Bool {
        text.hasSuffix("i") ? Int64(text.dropLast()) != nil : Double(text)?.isFinite ?? false
    }
}

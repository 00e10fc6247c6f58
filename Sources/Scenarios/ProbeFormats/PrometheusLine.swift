/// One sample of the Prometheus text format.
///
///     sample := (name [labels] | "{" quoted name ["," pairs] "}") value [timestamp] ["#" exemplar]
///     labels := "{" [pair ("," pair)* [","]] "}"
///     pair   := name "=" quoted text, in which \\, \" and \n are escapes
///
/// Names in quotes (UTF-8 names of Prometheus 3) may hold anything.
struct PrometheusLine {
    /// What tells one series from another.
    struct Series: Hashable {
        var name: String
        var labels: [String: String]
    }

    var name = ""
    var labels: [String: String] = [:]
    /// May be infinite, but is a number.
    var value = 0.0
    /// As it stands there: milliseconds in one format, seconds in the other.
    var timestamp: Double?

    /// The name of a line's metric, so far as it can be seen without parsing it; nil where there is none. A name with
    /// escapes is not seen.
    static func name(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = line.drop { $0 == 32 || $0 == 9 }
        if rest.first == UInt8(ascii: "{") {
            rest = rest.dropFirst().drop { $0 == 32 || $0 == 9 }
            guard rest.first == UInt8(ascii: "\"") else { return nil }
            rest = rest.dropFirst()
            return rest.prefix { $0 != UInt8(ascii: "\"") }
        }
        let name = rest.prefix { $0 != 32 && $0 != 9 && $0 != UInt8(ascii: "{") }
        return name.isEmpty ? nil : name
    }

    /// The sample of a line; nil where its labels are not those `wanted`: what else stands there, `NaN` or nonsense, is then
    /// no matter.
    init?(parsing line: ArraySlice<UInt8>, wanted: [Probe.Filter]) throws(ProbeFailure) {
        var parser = Parser(rest: line)
        do throws(ProbeFailure) {
            parser.skipBlanks()
            if parser.next != UInt8(ascii: "{") { name = try parser.bareName() }
            parser.skipBlanks()
            if parser.take("{") { try takeLabels(&parser) }
            guard !name.isEmpty else { throw ProbeFailure(reason: "it has no name") }
        } catch {
            // A label that was read before the fault may have told already that the series is another one.
            if wanted.contains(where: { filter in labels[filter.name].map { !filter.holds($0) } ?? false }) {
                return nil
            }
            throw error
        }
        guard wanted.allSatisfy({ $0.holds(labels[$0.name] ?? "") }) else { return nil }
        let word = parser.word()
        guard let value = Self.number(word) else {
            throw ProbeFailure(reason: "\(ProbeText.shown(word)) is not a value")
        }
        guard !value.isNaN else { throw ProbeFailure(reason: "its value is NaN") }
        self.value = value
        let after = parser.word()
        guard !after.isEmpty, after != "#" else { return }
        guard let timestamp = Self.number(after), timestamp.isFinite else {
            throw ProbeFailure(reason: "\(ProbeText.shown(after)) is not a timestamp")
        }
        self.timestamp = timestamp
        let rest = parser.word()
        guard rest.isEmpty || rest == "#" else {
            throw ProbeFailure(reason: "\(ProbeText.shown(rest)) follows it")
        }
    }

    private mutating func takeLabels(_ parser: inout Parser) throws(ProbeFailure) {
        while true {
            parser.skipBlanks()
            if parser.take("}") { return }
            let isQuoted = parser.next == UInt8(ascii: "\"")
            let label = isQuoted ? try parser.quotedText() : try parser.bareName()
            parser.skipBlanks()
            if isQuoted, name.isEmpty, parser.next != UInt8(ascii: "=") {
                name = label
            } else {
                guard parser.take("=") else {
                    throw ProbeFailure(reason: "expected = after the label \(quotedLabel(label))")
                }
                parser.skipBlanks()
                let text = try parser.quotedText()
                guard labels.updateValue(text, forKey: label) == nil else {
                    throw ProbeFailure(reason: "the label \(quotedLabel(label)) occurs more than once")
                }
            }
            parser.skipBlanks()
            if parser.take(",") { continue }
            guard parser.take("}") else { throw ProbeFailure(reason: "its labels are not closed by }") }
            return
        }
    }

    private func quotedLabel(_ label: String) -> String { ProbeText.shown(label) }

    /// `+Inf`, `-Inf` and `NaN` are numbers there (the text format's "Comments, help text, and type information").
    private static func number(_ word: String) -> Double? {
        switch word.lowercased() {
        case "+inf", "inf", "+infinity", "infinity": .infinity
        case "-inf", "-infinity": -.infinity
        case "nan", "+nan", "-nan": .nan
        default: ProbeNumber.parse(word)
        }
    }

    private struct Parser {
        var rest: ArraySlice<UInt8>

        var next: UInt8? { rest.first }

        mutating func skipBlanks() { rest = rest.drop { $0 == 32 || $0 == 9 } }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// What stands up to the next blank; empty at the end.
        mutating func word() -> String {
            skipBlanks()
            let word = rest.prefix { $0 != 32 && $0 != 9 }
            rest = rest.dropFirst(word.count)
            return String(decoding: word, as: UTF8.self)
        }

        /// A name without quotes.
        mutating func bareName() throws(ProbeFailure) -> String {
            let name = rest.prefix { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                    true
                default: false
                }
            }
            guard !name.isEmpty else { throw ProbeFailure(reason: "expected a name") }
            rest = rest.dropFirst(name.count)
            return String(decoding: name, as: UTF8.self)
        }

        mutating func quotedText() throws(ProbeFailure) -> String {
            guard take("\"") else { throw ProbeFailure(reason: "expected a text in quotes") }
            var text: [UInt8] = []
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    guard let valid = String(validating: text, as: UTF8.self) else {
                        throw ProbeFailure(reason: "a text in it is not UTF-8")
                    }
                    return valid
                }
                guard byte == UInt8(ascii: "\\") else {
                    text.append(byte)
                    continue
                }
                switch rest.popFirst() {
                case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
                // Any other is taken as it stands, as Prometheus does.
                case let other?: text += [UInt8(ascii: "\\"), other]
                case nil: break
                }
            }
            throw ProbeFailure(reason: "a quote in it is not closed")
        }
    }
}

/// The values of lines of the form `name:value` or `name=value`, such as those of Redis's INFO or /proc/meminfo. Blank
/// lines and those that begin with # say nothing.
///
/// A value that is a list of pairs itself, as in `slave0:ip=127.0.0.1,lag=1`, has parts: `slave0.lag`.
struct LineValues {
    private var values: [Substring: Substring] = [:]
    private var doubled: Set<Substring> = []

    init(_ text: String) throws(ProbeFailure) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#",
                let separator = line.firstIndex(where: { $0 == ":" || $0 == "=" })
            else { continue }
            let name = Self.trimmed(line[..<separator])
            let value = Self.trimmed(line[line.index(after: separator)...])
            if values.updateValue(value, forKey: name) != nil { doubled.insert(name) }
        }
        guard !values.isEmpty else {
            throw ProbeFailure(reason: "\(ProbeText.shown(text)) has no line name:value or name=value")
        }
    }

    /// The sum of some values.
    func sum(of names: [String]) throws(ProbeFailure) -> Double {
        var sum = 0.0
        for name in names {
            let text = try value(of: name)
            guard let number = ProbeNumber.parse(text) else {
                throw ProbeFailure(reason: "\(quoted(name)) is \(ProbeText.shown(text)), which is not a number")
            }
            sum += number
        }
        return sum
    }

    /// Whether all filters hold.
    func holds(_ filters: [Probe.Filter]) throws(ProbeFailure) -> Bool {
        var allHold = true
        // Every name is looked up, so that a wrong one is told whatever the others are.
        for filter in filters where !filter.holds(String(try value(of: filter.name))) { allHold = false }
        return allHold
    }

    private func value(of name: String) throws(ProbeFailure) -> Substring {
        if let value = try whole(name[...]) { return value }
        if let dot = name.lastIndex(of: "."), let list = try whole(name[..<dot]) {
            let part = name[name.index(after: dot)...]
            for pair in list.split(separator: ",") {
                if let equals = pair.firstIndex(of: "="), Self.trimmed(pair[..<equals]) == part {
                    return Self.trimmed(pair[pair.index(after: equals)...])
                }
            }
        }
        let hint = Suggestion.hint(for: name, amongSeen: values.keys.map(String.init).sorted())
        throw ProbeFailure(reason: "there is no line \(quoted(name))\(hint)")
    }

    private func whole(_ name: Substring) throws(ProbeFailure) -> Substring? {
        if doubled.contains(name) {
            throw ProbeFailure(reason: "the line \(quoted(String(name))) occurs more than once")
        }
        return values[name]
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

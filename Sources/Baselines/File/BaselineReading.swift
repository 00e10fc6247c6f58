internal import Measures
internal import Scenarios

/// One reading of a baseline's file: what was found wrong so far.
///
/// Each `read…` gives nil where something was wrong and has said what: all problems of a file are found at once.
struct BaselineReading {
    /// Problems at most: no one reads more.
    static let maximumProblems = 100

    let file: String
    private(set) var problems: [Problem] = []
    /// True where there are more problems than the ones kept.
    private var isCut = false

    init(file: String) { self.file = file }

    mutating func report(_ location: TextLocation, _ message: String) {
        guard problems.count < Self.maximumProblems else {
            isCut = true
            return
        }
        problems.append(Problem(file: file, line: location.line, column: location.column, message: message))
    }

    /// The problems in the order of their places.
    var sortedProblems: [Problem] {
        var sorted = problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        if isCut, var last = sorted.last {
            last.message = "more than \(Self.maximumProblems) problems: the others are not shown"
            sorted.append(last)
        }
        return sorted
    }

    // MARK: - Objects and lists

    /// The members of an object, with the location where it begins.
    struct Members {
        var location: TextLocation
        var values: [String: SourceNode]
    }

    /// The members of an object: duplicate, unknown and missing ones are reported. Nil where it is none.
    mutating func members(_ node: SourceNode, required: [String], optional: [String] = []) -> Members? {
        guard case .mapping(let entries) = node.content else {
            report(node.location, "expected an object with \(required.joined(separator: ", ")), found \(node.found)")
            return nil
        }
        var values: [String: SourceNode] = [:]
        for entry in entries {
            guard (required + optional).contains(entry.key) else {
                let hint = Suggestion.nearest(to: entry.key, among: required + optional)
                    .map { " (did you mean \"\($0)\"?)" }
                report(entry.location, "unknown key \(quoted(entry.key))\(hint ?? "")")
                continue
            }
            if values.updateValue(entry.value, forKey: entry.key) != nil {
                report(entry.location, "the key \(quoted(entry.key)) occurs more than once")
            }
        }
        for key in required where values[key] == nil { report(node.location, "missing key \(quoted(key))") }
        return Members(location: node.location, values: values)
    }

    /// The elements of a list of so many; empty, and reported, where it is no such list.
    mutating func elements(_ node: SourceNode?, of what: String, _ bounds: ClosedRange<Int>) -> [SourceNode] {
        guard let node else { return [] }
        guard case .list(let nodes) = node.content, bounds ~= nodes.count else {
            report(
                node.location,
                "expected a list of \(bounds.lowerBound) to \(bounds.upperBound) \(what), found \(node.found)")
            return []
        }
        return nodes
    }

    // MARK: - Values

    /// A text that is not empty.
    mutating func text(_ node: SourceNode?, maximum: Int = 1_000) -> String? {
        guard let node else { return nil }
        if case .scalar(let scalar) = node.content, !scalar.isPlain, !scalar.text.isEmpty {
            if scalar.text.unicodeScalars.count <= maximum { return scalar.text }
            report(node.location, "expected a text of at most \(maximum) characters")
            return nil
        }
        report(node.location, "expected a text, found \(node.found)")
        return nil
    }

    /// One of the names.
    mutating func choice(_ node: SourceNode?, _ names: [String]) -> String? {
        guard let node, let text = text(node) else { return nil }
        if names.contains(text) { return text }
        let hint = Suggestion.nearest(to: text, among: names).map { " (did you mean \"\($0)\"?)" } ?? ""
        report(node.location, "expected \(names.joined(separator: " or ")), found \(quoted(text))\(hint)")
        return nil
    }

    /// A number within bounds.
    mutating func number(_ node: SourceNode?, _ bounds: ClosedRange<Double>) -> Double? {
        guard let node else { return nil }
        if case .scalar(let scalar) = node.content, scalar.isPlain, let value = Double(scalar.text), bounds ~= value {
            return value
        }
        report(
            node.location,
            "expected a number from \(BaselineText.number(bounds.lowerBound)) to "
                + "\(BaselineText.number(bounds.upperBound)), found \(node.found)")
        return nil
    }

    /// A whole number within bounds.
    mutating func integer<Value: FixedWidthInteger>(_ node: SourceNode?, _ bounds: ClosedRange<Value>) -> Value? {
        guard let node else { return nil }
        if case .scalar(let scalar) = node.content, scalar.isPlain, let value = Value(scalar.text), bounds ~= value {
            return value
        }
        report(
            node.location,
            "expected a whole number from \(bounds.lowerBound) to \(bounds.upperBound), found \(node.found)")
        return nil
    }

    /// An instant as `2026-01-31T12:00:00Z`.
    mutating func instant(_ node: SourceNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        if Self.isInstant(text) { return text }
        report(node.location, "expected a time in UTC such as \"2026-01-31T12:00:00Z\", found \(quoted(text))")
        return nil
    }

    static func isInstant(_ text: String) -> Bool {
        let pattern = Array("0000-00-00T00:00:00Z".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count == pattern.count else { return false }
        for (byte, mark) in zip(bytes, pattern) {
            let isFitting = mark == UInt8(ascii: "0") ? UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte : byte == mark
            guard isFitting else { return false }
        }
        func field(_ offset: Int) -> Int { Int(bytes[offset] - 48) * 10 + Int(bytes[offset + 1] - 48) }
        return 1...12 ~= field(5) && 1...31 ~= field(8) && field(11) < 24 && field(14) < 60 && field(17) <= 60
    }
}

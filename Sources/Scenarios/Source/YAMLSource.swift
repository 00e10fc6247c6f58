import Yams

/// A YAML file as a tree of nodes with their places, read within bounds.
package struct YAMLSource {
    /// How much a file may hold.
    package struct Bounds: Sendable {
        /// Bytes at most; whole MiB.
        package var bytes: Int
        /// Values at most, what aliases stand for counted at each place.
        package var nodes: Int
        /// Mappings and lists inside each other at most.
        package var depth: Int

        /// Makes bounds.
        package init(bytes: Int, nodes: Int, depth: Int) {
            self.bytes = bytes
            self.nodes = nodes
            self.depth = depth
        }

        /// Those of a scenario file.
        package static let scenario = Bounds(bytes: 1 << 20, nodes: 100_000, depth: 64)
    }

    /// How many duplicate keys are looked for: each costs a pass over the file.
    static let maximumDuplicates = 50

    /// The document; nil where there is none.
    package private(set) var root: SourceNode?
    /// What is wrong with it.
    package private(set) var problems: [(location: TextLocation, message: String)] = []

    private let bounds: Bounds
    private var lines: SourceLines
    private var nodeCount = 0
    private var tooLarge = false

    /// Reads a document.
    package init(_ text: String, bounds: Bounds = .scenario) {
        self.bounds = bounds
        lines = SourceLines(text)
        guard text.utf8.count <= bounds.bytes else {
            problems.append((TextLocation(line: 1, column: 1), "the file is larger than \(bounds.bytes >> 20) MiB"))
            return
        }
        guard !AliasBudget.isExceeded(by: text) else {
            reportSize()
            return
        }
        guard let document = compose() else { return }
        root = convert(document, depth: 0)
    }

    private mutating func reportSize() {
        tooLarge = true
        problems.append(
            (TextLocation(line: 1, column: 1), "the file and its aliases hold more than \(bounds.nodes) values"))
    }

    // MARK: - Composing

    /// Starts a key that was made unique; a character of private use, which no key of the language has.
    private static let marker: Unicode.Scalar = "\u{E000}"

    /// Composes the document. Yams stops at the first mapping with a duplicate key; to find them all, the first of
    /// each two is renamed (`convert` takes the name back) and the document composed again.
    private mutating func compose() -> Node? {
        // A large file gets fewer passes, so that the whole work is bounded.
        let passes = min(Self.maximumDuplicates, max(1, bounds.bytes / max(1, lines.text.utf8.count)))
        for attempt in 0...passes {
            do {
                return try Yams.compose(yaml: lines.text, .basic, .default, .utf8)
            } catch let error as YamlError {
                guard case .duplicatedKeysInMapping(let keys, let context) = error, let key = keys.first else {
                    report(error)
                    return nil
                }
                let location = TextLocation(line: context.mark.line, column: context.mark.column)
                guard attempt < passes, rename(key, at: location, number: attempt) else {
                    problems.append(
                        (lines.original(location), "the key \(quoted(unmarked(key))) occurs more than once"))
                    return nil
                }
            } catch {
                problems.append((TextLocation(line: 1, column: 1), "the file can't be read as YAML"))
                return nil
            }
        }
        return nil
    }

    /// Makes the key at the place unique; false where the key doesn't stand there as it is.
    private mutating func rename(_ key: String, at location: TextLocation, number: Int) -> Bool {
        let rest = lines.rest(location)
        let mark = "\(Self.marker)\(number)\(Self.marker)"
        if rest.first == "\"" || rest.first == "'" {
            lines.insert(mark, at: TextLocation(line: location.line, column: location.column + 1))
        } else if !key.isEmpty, rest.starts(with: key.unicodeScalars) {
            lines.insert(mark, at: location)
        } else {
            return false
        }
        return true
    }

    private func unmarked(_ key: String) -> String {
        guard key.unicodeScalars.first == Self.marker else { return key }
        let name = key.unicodeScalars.dropFirst().drop { $0 != Self.marker }.dropFirst()
        return String(String.UnicodeScalarView(name))
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            var message = "not YAML: " + (context.map { "\($0.text), " } ?? "") + problem
            if lines.hasTabInIndentation(TextLocation(line: mark.line, column: mark.column)) {
                message = "not YAML: the line is indented by a tab: YAML takes spaces only"
            } else if problem.contains("',' or") || problem.contains("',' or ']'") {
                message += " (a value that holds one of [ ] { } , needs quotes here)"
            }
            problems.append((lines.original(TextLocation(line: mark.line, column: mark.column)), message))
        case .composer(_, let problem, let mark, _):
            let message = problem == "but found another document" ? "a scenario file holds one document" : problem
            problems.append(
                (lines.original(TextLocation(line: mark.line, column: mark.column)), "not YAML: \(message)"))
        case .reader(let problem, let offset, _, let yaml):
            var location = TextLocation(line: 1, column: 1)
            for character in yaml.prefix(offset ?? 0) {
                if character.isNewline {
                    location = TextLocation(line: location.line + 1, column: 1)
                } else {
                    location.column += character.unicodeScalars.count
                }
            }
            problems.append((location, "not YAML: \(problem)"))
        default:
            problems.append((TextLocation(line: 1, column: 1), "the file can't be read as YAML"))
        }
    }

    // MARK: - Converting

    private mutating func convert(_ node: Node, depth: Int) -> SourceNode? {
        guard !tooLarge else { return nil }
        nodeCount += 1
        guard nodeCount <= bounds.nodes else {
            reportSize()
            return nil
        }
        let mark = node.mark.map { TextLocation(line: $0.line, column: $0.column) } ?? TextLocation(line: 1, column: 1)
        let location = lines.original(mark)
        guard depth <= bounds.depth else {
            problems.append((location, "mappings and lists stand more than \(bounds.depth) deep in each other"))
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return SourceNode(location: location, content: .scalar(convert(scalar, mark: mark)))
        case .sequence(let sequence):
            return SourceNode(location: location, content: .list(sequence.compactMap { convert($0, depth: depth + 1) }))
        case .mapping(let mapping):
            return SourceNode(location: location, content: .mapping(convert(mapping, depth: depth)))
        case .alias:
            return nil
        }
    }

    private func convert(_ scalar: Node.Scalar, mark: TextLocation) -> SourceNode.Scalar {
        let isPlain = scalar.style == .plain || scalar.style == .any
        var start = mark
        if !isPlain { start.column += 1 }
        let isLiteral =
            scalar.style != .literal && scalar.style != .folded
            && lines.rest(start).starts(with: scalar.string.unicodeScalars)
        return SourceNode.Scalar(
            text: scalar.string, isPlain: isPlain, literal: isLiteral ? lines.original(start) : nil)
    }

    private mutating func convert(_ mapping: Node.Mapping, depth: Int) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var inherited: [SourceNode.Entry] = []
        var seen: [String: TextLocation] = [:]
        for (keyNode, valueNode) in mapping {
            guard !tooLarge else { break }
            let mark =
                keyNode.mark.map { TextLocation(line: $0.line, column: $0.column) } ?? TextLocation(line: 1, column: 1)
            let location = lines.original(mark)
            guard case .scalar(let keyScalar) = keyNode else {
                problems.append((location, "expected a text as key"))
                continue
            }
            let key = unmarked(keyScalar.string)
            guard let value = convert(valueNode, depth: depth + 1) else { continue }
            if key == "<<" && (keyScalar.style == .plain || keyScalar.style == .any) {
                inherited += merged(value)
            } else if let first = seen[key] {
                problems.append(
                    (location, "the key \(quoted(key)) occurs more than once (first in line \(first.line))"))
            } else {
                seen[key] = location
                entries.append(SourceNode.Entry(key: key, location: location, value: value))
            }
        }
        for entry in inherited where seen.updateValue(entry.location, forKey: entry.key) == nil {
            entries.append(entry)
        }
        return entries
    }

    /// What `<<: value` brings in (YAML 1.1 merge key): of several mappings, the first has the word.
    private mutating func merged(_ value: SourceNode) -> [SourceNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .list(let nodes):
            return nodes.flatMap { node -> [SourceNode.Entry] in
                if case .mapping(let entries) = node.content { return entries }
                problems.append((node.location, "expected a mapping after <<, found \(node.found)"))
                return []
            }
        case .scalar:
            problems.append((value.location, "expected a mapping after <<, found \(value.found)"))
            return []
        }
    }
}

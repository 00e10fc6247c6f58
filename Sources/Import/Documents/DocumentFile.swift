import Scenarios

/// How a document is written.
public enum DocumentFormat: Sendable {
    /// JSON
    case json
    /// YAML, or JSON, which is told by its first character or by the name of the file.
    case yamlOrJSON
}

/// Reads a JSON or YAML file into a document, within bounds.
enum DocumentFile {
    /// The largest JSON file, in bytes. Recordings of browsers hold whole answers.
    static let maximumBytes = 64 << 20
    /// What a YAML file may hold. Composing YAML takes a hundred times the memory of its text.
    static let yamlBounds = YAMLSource.Bounds(bytes: 16 << 20, nodes: 2_000_000, depth: maximumDepth)
    /// Values of a JSON file at most.
    private static let maximumValues = 4_000_000
    /// Objects and lists inside each other at most: what is made of a document goes through it in many ways.
    private static let maximumDepth = 200

    /// True for the name of a file in JSON or YAML.
    static func isNamedDocument(_ name: String) -> Bool {
        [".json", ".yaml", ".yml"].contains { name.lowercased().hasSuffix($0) }
    }

    /// The document of a file.
    ///
    /// - Throws: Why it can't be read, or its mistakes of syntax, with line and column.
    static func read(_ path: String, format: DocumentFormat) throws(InvalidSource) -> DocumentValue {
        try parse(try bytes(of: path), file: path, format: format)
    }

    /// The bytes of a file.
    static func bytes(of path: String) throws(InvalidSource) -> [UInt8] {
        do throws(SourceFile.Unreadable) {
            return try SourceFile.read(path, maximumBytes: maximumBytes)
        } catch {
            throw InvalidSource(path, "the file can't be read: \(error.reason)")
        }
    }

    /// The document of a file's bytes; `file` is its name in problems.
    static func parse(_ bytes: [UInt8], file: String, format: DocumentFormat) throws(InvalidSource) -> DocumentValue {
        switch SourceFile.text(bytes) {
        case .success(let text): return try parse(text, file: file, format: format)
        case .failure(let error):
            throw InvalidSource("\(file):\(error.location.line):\(error.location.column)", "the file is not UTF-8")
        }
    }

    /// The document of a text; `file` is its name in problems.
    static func parse(_ text: String, file: String, format: DocumentFormat) throws(InvalidSource) -> DocumentValue {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else {
            throw InvalidSource("\(file):1:1", "the file is empty")
        }
        let isNamedJSON = file.lowercased().hasSuffix(".json")
        guard case .yamlOrJSON = format, !isNamedJSON, first != "{" else {
            let root: SourceNode
            do throws(JSONSyntaxError) {
                root = try JSONSource.parse(Array(text.utf8), nodes: maximumValues, depth: maximumDepth)
            } catch {
                // A YAML document may begin with a brace, too.
                let isNamedYAML = [".yaml", ".yml"].contains { file.lowercased().hasSuffix($0) }
                if case .yamlOrJSON = format, isNamedYAML { return try yaml(text, file: file) }
                throw InvalidSource(
                    "\(file):\(error.location.line):\(error.location.column)", "not JSON: \(error.message)")
            }
            return try value(root, file: file)
        }
        return try yaml(text, file: file)
    }

    private static func yaml(_ text: String, file: String) throws(InvalidSource) -> DocumentValue {
        let source = YAMLSource(text, bounds: yamlBounds)
        guard source.problems.isEmpty else {
            throw InvalidSource(
                problems: source.problems.map {
                    InvalidSource.Problem(
                        location: "\(file):\($0.location.line):\($0.location.column)", message: $0.message)
                })
        }
        guard let root = source.root else { throw InvalidSource("\(file):1:1", "the file is empty") }
        return try value(root, file: file)
    }

    /// The value of a JSON text; nil where it isn't JSON.
    static func value(ofJSON text: String) -> DocumentValue? {
        let node = try? JSONSource.parse(Array(text.utf8), nodes: maximumValues, depth: maximumDepth)
        return node.flatMap { try? value($0, file: "") }
    }

    /// The value of a node, as YAML 1.2's core schema has it: plain words of other kinds (dates, `yes`) are texts. JSON has
    /// none of them.
    private static func value(_ node: SourceNode, file: String) throws(InvalidSource) -> DocumentValue {
        switch node.content {
        case .list(let nodes):
            var values: [DocumentValue] = []
            values.reserveCapacity(nodes.count)
            for node in nodes { values.append(try value(node, file: file)) }
            return .list(values)
        case .mapping(let entries):
            var object = DocumentObject()
            for entry in entries {
                guard object[entry.key] == nil else {
                    throw InvalidSource(
                        "\(file):\(entry.location.line):\(entry.location.column)",
                        "not JSON: the name occurs more than once in its object")
                }
                object[entry.key] = try value(entry.value, file: file)
            }
            return .object(object)
        case .scalar(let scalar):
            if scalar.isNull { return .null }
            guard scalar.isPlain else { return .text(scalar.text) }
            switch scalar.text {
            case "true", "True", "TRUE": return .bool(true)
            case "false", "False", "FALSE": return .bool(false)
            default: return JSONNumber.isNumber(scalar.text) ? .number(scalar.text) : .text(scalar.text)
            }
        }
    }
}

import Scenarios

/// Reads a JSON or YAML file into a document, within bounds.
enum DocumentFile {
    /// The largest JSON file, in bytes. Recordings of browsers hold whole answers.
    static let maximumBytes = 64 << 20
    /// What a YAML file may hold. Composing YAML takes a hundred times the memory of its text.
    static let yamlBounds = YAMLSource.Bounds(bytes: 16 << 20, nodes: 2_000_000, depth: JSONDocument.maximumDepth)

    /// How a file is written.
    enum Format {
        case json
        /// YAML, or JSON, which is told by its first character or by the name of the file.
        case yamlOrJSON
    }

    /// True for the name of a file in JSON or YAML.
    static func isNamedDocument(_ name: String) -> Bool {
        [".json", ".yaml", ".yml"].contains { name.lowercased().hasSuffix($0) }
    }

    /// The document of a file.
    ///
    /// - Throws: Why it can't be read, or its mistakes of syntax, with line and column.
    static func read(_ path: String, format: Format) throws(InvalidSource) -> DocumentValue {
        try parse(try bytes(of: path), file: path, format: format)
    }

    /// The document of a file that is expected to be of a kind, of any that `init` reads where none is given. One that
    /// is known to be something else is named, with what leads on from there.
    static func read(_ path: String, format: Format, expecting kind: SourceKind?) throws(InvalidSource) -> DocumentValue
    {
        try parse(try bytes(of: path), file: path, format: format, expecting: kind)
    }

    /// The same of a file's bytes; `file` is its name in problems.
    static func parse(
        _ bytes: [UInt8], file: String, format: Format, expecting kind: SourceKind?
    ) throws(InvalidSource) -> DocumentValue {
        let root: DocumentValue
        do throws(InvalidSource) {
            root = try parse(bytes, file: file, format: format)
        } catch {
            if case .success(let text) = SourceFile.text(bytes), let foreign = ForeignSource.recognise(text, file: file)
            {
                throw foreign.problem(file)
            }
            // An OpenAPI document may be YAML, which is told apart only here.
            if case .json = format, let other = try? parse(bytes, file: file, format: .yamlOrJSON),
                let found = ForeignSource.recognise(other)?.problem(file) ?? Self.mistaken(other, for: kind, file)
            {
                throw found
            }
            throw error
        }
        if let mistaken = mistaken(root, for: kind, file) { throw mistaken }
        if SourceKind(root) == nil {
            if let foreign = ForeignSource.recognise(root) { throw foreign.problem(file) }
            // A text of no format is YAML all the same.
            if root.object == nil, case .success(let text) = SourceFile.text(bytes),
                let foreign = ForeignSource.recognise(text, file: file)
            {
                throw foreign.problem(file)
            }
        }
        return root
    }

    private static func mistaken(_ root: DocumentValue, for kind: SourceKind?, _ file: String) -> InvalidSource? {
        guard let kind, let found = SourceKind(root), found != kind else { return nil }
        return InvalidSource(file, "this is \(found.shown)")
    }

    private static func bytes(of path: String) throws(InvalidSource) -> [UInt8] {
        do throws(SourceFile.Unreadable) {
            return try SourceFile.read(path, maximumBytes: maximumBytes)
        } catch {
            throw InvalidSource(path, "the file can't be read: \(error.reason)")
        }
    }

    /// The document of a file's bytes; `file` is its name in problems.
    static func parse(_ bytes: [UInt8], file: String, format: Format) throws(InvalidSource) -> DocumentValue {
        switch SourceFile.text(bytes) {
        case .success(let text): return try parse(text, file: file, format: format)
        case .failure(let error):
            throw InvalidSource("\(file):\(error.place.line):\(error.place.column)", "the file is not UTF-8")
        }
    }

    /// The document of a text; `file` is its name in problems.
    static func parse(_ text: String, file: String, format: Format) throws(InvalidSource) -> DocumentValue {
        guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else {
            throw InvalidSource("\(file):1:1", "the file is empty")
        }
        let isNamedJSON = file.lowercased().hasSuffix(".json")
        guard case .yamlOrJSON = format, !isNamedJSON, first != "{" else {
            do throws(JSONDocument.SyntaxError) {
                return try JSONDocument.parse(Array(text.utf8))
            } catch {
                // A YAML document may begin with a brace, too.
                let isNamedYAML = [".yaml", ".yml"].contains { file.lowercased().hasSuffix($0) }
                if case .yamlOrJSON = format, isNamedYAML { return try yaml(text, file: file) }
                throw InvalidSource("\(file):\(error.line):\(error.column)", "not JSON: \(error.message)")
            }
        }
        return try yaml(text, file: file)
    }

    private static func yaml(_ text: String, file: String) throws(InvalidSource) -> DocumentValue {
        let source = YAMLSource(text, bounds: yamlBounds)
        guard source.problems.isEmpty else {
            throw InvalidSource(
                problems: source.problems.map {
                    InvalidSource.Problem(place: "\(file):\($0.place.line):\($0.place.column)", message: $0.message)
                })
        }
        guard let root = source.root else { throw InvalidSource("\(file):1:1", "the file is empty") }
        return value(root)
    }

    /// The value of a YAML node, as YAML 1.2's core schema has it: plain words of other kinds (dates, `yes`) are texts.
    private static func value(_ node: SourceNode) -> DocumentValue {
        switch node.content {
        case .list(let nodes): return .list(nodes.map(value))
        case .mapping(let entries):
            var object = DocumentObject()
            for entry in entries { object[entry.key] = value(entry.value) }
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

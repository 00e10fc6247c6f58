/// YAML to be written.
indirect enum YAMLNode {
    /// A text, quoted where it would be read as something else.
    case text(String)
    /// A number, `true`, `false` or `null`, written as it is.
    case plain(String)
    /// A list, an element a line.
    case list([Item])
    /// A mapping, a key a line.
    case mapping([Entry])
    /// A mapping in one line, of texts and plain values.
    case inline([Entry])

    /// An element of a list.
    struct Item {
        var value: YAMLNode
        /// Lines above it.
        var comments: [String] = []
    }

    /// A key and its value.
    struct Entry {
        var key: String
        var value: YAMLNode
        /// Lines above it.
        var comments: [String] = []

        init(_ key: String, _ value: YAMLNode, comments: [String] = []) {
            self.key = key
            self.value = value
            self.comments = comments
        }
    }

    /// How many values it holds, itself included.
    var count: Int {
        switch self {
        case .text, .plain: 1
        case .list(let items): items.reduce(1) { $0 + $1.value.count }
        case .mapping(let entries), .inline(let entries): entries.reduce(1) { $0 + $1.value.count }
        }
    }

    /// Lists and mappings inside each other, itself included.
    var depth: Int {
        switch self {
        case .text, .plain: 0
        case .list(let items): 1 + (items.map(\.value.depth).max() ?? 0)
        case .mapping(let entries), .inline(let entries): 1 + (entries.map(\.value.depth).max() ?? 0)
        }
    }

    /// The JSON value as it stands in a scenario, `${` escaped.
    init(_ value: DocumentValue) {
        switch value {
        case .null: self = .plain("null")
        case .bool(let value): self = .plain(value ? "true" : "false")
        case .number(let text): self = .plain(text)
        case .text(let text): self = .text(TemplateText(text).source)
        case .template(let text): self = .text(text.source)
        case .list(let values): self = .list(values.map { Item(value: YAMLNode($0)) })
        case .object(let object): self = .mapping(object.members.map { Entry($0.name, YAMLNode($0.value)) })
        }
    }
}

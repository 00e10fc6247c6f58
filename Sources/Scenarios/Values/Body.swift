/// What a request carries.
public enum Body: Sendable, Equatable {
    /// `json:`; sent as `application/json`.
    case json(JSONTemplate)
    /// `form:`; sent as `application/x-www-form-urlencoded`, names and values encoded.
    case form([Header])
    /// `body:`; sent as it is, as `text/plain; charset=utf-8` unless the step's headers name a type.
    case text(Text)
    /// `multipart:`; sent as `multipart/form-data` (RFC 7578).
    case multipart([Part])
    /// `upload:`; a file's bytes as they are, as `application/octet-stream` unless the step's headers name a type. The
    /// path is one that this process can open.
    case file(path: String)

    /// The files whose bytes it has, in their order.
    public var paths: [String] {
        switch self {
        case .json, .form, .text: []
        case .file(let path): [path]
        case .multipart(let parts):
            parts.compactMap { part in
                if case .file(let path) = part.content { path } else { nil }
            }
        }
    }

    /// What may stand in `${…}` of it, in any order.
    var variables: [Variable] {
        switch self {
        case .json(let template): template.variables
        case .form(let fields): fields.flatMap(\.value.variables)
        case .text(let text): text.variables
        case .multipart(let parts):
            parts.flatMap { part -> [Variable] in
                guard case .text(let text) = part.content else { return [] }
                return text.variables
            }
        case .file: []
        }
    }

    /// A part of a multipart body.
    public struct Part: Sendable, Equatable {
        /// What a part carries.
        public enum Content: Sendable, Equatable {
            /// A value.
            case text(Text)
            /// A file's bytes; the path is one that this process can open.
            case file(path: String)
        }

        /// The field's name.
        public var name: String
        /// What it carries.
        public var content: Content
        /// The media type; nil: of a file by its name's ending, of a text none.
        public var type: String?
        /// The file's name to be sent; nil: of a file its own, of a text none.
        public var fileName: String?

        /// Makes a part.
        public init(name: String, content: Content, type: String? = nil, fileName: String? = nil) {
            self.name = name
            self.content = content
            self.type = type
            self.fileName = fileName
        }
    }
}

/// A JSON value whose texts may hold places to fill in.
public indirect enum JSONTemplate: Sendable, Equatable {
    /// `null`, `true`, `false` or a number, as it is written in JSON.
    case raw(String)
    /// A text; what is filled in is escaped.
    case text(Text)
    /// A text that consists of one `${…}` alone: takes the value's own type. What was captured from JSON or stands in JSON
    /// lines is what it was there; a column of a CSV file is what `ColumnForm` finds; `Variable.formed` says it.
    case variable(Variable)
    /// A list.
    case array([JSONTemplate])
    /// An object; the order of the file is kept.
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: JSONTemplate

        /// Makes a member.
        public init(name: String, value: JSONTemplate) {
            self.name = name
            self.value = value
        }
    }
}

extension JSONTemplate {
    /// What may stand in `${…}` of it, in any order.
    var variables: [Variable] {
        switch self {
        case .raw: []
        case .text(let text): text.variables
        case .variable(let variable): [variable]
        case .array(let elements): elements.flatMap(\.variables)
        case .object(let members): members.flatMap(\.value.variables)
        }
    }
}

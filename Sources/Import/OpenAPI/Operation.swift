/// An operation of an OpenAPI document with its references followed.
struct Operation {
    /// A parameter (OpenAPI 3.1 §4.8.12).
    struct Parameter {
        /// `path`, `query`, `querystring` (the whole query, OpenAPI 3.2), `header` or `cookie`.
        var location: String
        var name: String
        var isRequired: Bool
        var value: DocumentValue
        var pointer: JSONPointer
        /// Whether reserved characters of its value stay as they are.
        var allowsReserved: Bool { value["allowReserved"]?.bool == true }
    }

    /// A documented answer.
    struct Response {
        /// `200`, `2XX` or `default`.
        var status: String
        var value: DocumentValue
    }

    /// In lower case.
    var method: String
    /// The path with `{names}` in it.
    var path: String
    var value: DocumentValue
    var pointer: JSONPointer
    var parameters: [Parameter] = []
    var requestBody: DocumentValue?
    /// Where the request body is described.
    var bodyPointer = JSONPointer.root
    var responses: [Response] = []

    /// The name that the step wants.
    var name: String {
        let name = value["operationId"]?.text ?? ""
        return name.isEmpty ? "\(method.uppercased()) \(path)" : name
    }

    var tag: String? { value["tags"]?.list?.first?.text }

    /// The path as it is sent: a fragment, by which some documents tell operations apart, is not.
    var sentPath: String { String(path.prefix { $0 != "#" }) }

    /// The path without fragment, query and a slash at its end: what other paths go on from.
    var resource: String {
        let path = String(sentPath.prefix { $0 != "?" })
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// True for a method that changes nothing (RFC 9110 §9.2.1).
    var isSafe: Bool { ["get", "head", "options"].contains(method) }

    /// The order of a flow: what reads, what creates, what changes, what deletes.
    var rank: Int {
        switch method {
        case "get", "head", "options": 0
        case "post": 2
        case "delete": 4
        default: 3
        }
    }

    /// Documented answers of success; redirects where there are no others.
    var successes: [Response] {
        for digit in ["2", "3"] {
            let found = responses.filter { $0.status.count == 3 && $0.status.hasPrefix(digit) }
            if !found.isEmpty { return found }
        }
        return []
    }
}

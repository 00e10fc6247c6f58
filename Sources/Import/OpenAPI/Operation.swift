/// An operation of an OpenAPI document with its references followed.
struct Operation {
    /// A parameter (OpenAPI 3.1 §4.8.12).
    struct Parameter {
        /// `path`, `query`, `header` or `cookie`.
        var location: String
        var name: String
        var isRequired: Bool
        var value: DocumentValue
        var pointer: JSONPointer
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
    var responses: [Response] = []

    /// The name that the step wants.
    var name: String {
        let name = value["operationId"]?.text ?? ""
        return name.isEmpty ? "\(method.uppercased()) \(path)" : name
    }

    var tag: String? { value["tags"]?.list?.first?.text }

    /// Parts of the path between slashes.
    var segments: [String] { path.split(separator: "/").map(String.init) }

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

/// Reads the operations of a document.
struct OperationReader {
    private static let methods = ["get", "head", "options", "post", "put", "patch", "delete"]
    /// What stands beside the operations of a path.
    private static let otherKeys = ["$ref", "summary", "description", "servers", "parameters"]

    private let document: OpenAPIDocument
    private(set) var problems = SourceProblems()
    private(set) var leftOut: [String] = []
    private(set) var operations: [Operation] = []

    init(_ document: OpenAPIDocument) {
        self.document = document
        let paths = JSONPointer.root.appending("paths")
        guard let items = document.root["paths"]?.object else {
            problems.report(document.place(.root), "the document has no paths")
            return
        }
        for member in items.members where !member.name.hasPrefix("x-") {
            let pointer = paths.appending(member.name)
            guard member.name.hasPrefix("/") else {
                problems.report(document.place(pointer), "a path begins with /")
                continue
            }
            guard let item = resolve(member.value, at: pointer) else { continue }
            read(item, path: member.name, at: pointer)
        }
    }

    private mutating func resolve(_ value: DocumentValue, at pointer: JSONPointer) -> DocumentValue? {
        do throws(OpenAPIDocument.BrokenReference) {
            let value = try document.resolve(value).value
            if value.object != nil { return value }
            problems.report(document.place(pointer), "expected an object, found \(value.kind)")
        } catch {
            problems.report(document.place(pointer), error.message)
        }
        return nil
    }

    private mutating func read(_ item: DocumentValue, path: String, at pointer: JSONPointer) {
        if item["servers"] != nil { leftOut.append("the servers of \(path): every request goes to the target") }
        let shared = parameters(item["parameters"], at: pointer.appending("parameters"))
        for member in item.object?.members ?? [] {
            let method = member.name
            if Self.otherKeys.contains(method) || method.hasPrefix("x-") { continue }
            guard Self.methods.contains(method) else {
                leftOut.append("\(method.uppercased()) \(path): the method is not known to scenarios")
                continue
            }
            let place = pointer.appending(method)
            guard member.value.object != nil else {
                problems.report(document.place(place), "expected an operation, found \(member.value.kind)")
                continue
            }
            var operation = Operation(method: method, path: path, value: member.value, pointer: place)
            if member.value["deprecated"]?.bool == true {
                leftOut.append("\(operation.name): it is deprecated")
                continue
            }
            let own = parameters(member.value["parameters"], at: place.appending("parameters"))
            operation.parameters =
                shared.filter { parameter in
                    !own.contains { $0.name == parameter.name && $0.location == parameter.location }
                } + own
            if let body = member.value["requestBody"] {
                operation.requestBody = resolve(body, at: place.appending("requestBody"))
            }
            let responses = place.appending("responses")
            for response in member.value["responses"]?.object?.members ?? [] where !response.name.hasPrefix("x-") {
                guard let value = resolve(response.value, at: responses.appending(response.name)) else { continue }
                operation.responses.append(.init(status: response.name.uppercased(), value: value))
            }
            operations.append(operation)
        }
    }

    private mutating func parameters(_ value: DocumentValue?, at pointer: JSONPointer) -> [Operation.Parameter] {
        guard let value else { return [] }
        guard let list = value.list else {
            problems.report(document.place(pointer), "expected a list of parameters, found \(value.kind)")
            return []
        }
        var parameters: [Operation.Parameter] = []
        for (index, element) in list.enumerated() {
            let place = pointer.appending("\(index)")
            guard let value = resolve(element, at: place) else { continue }
            guard let name = value["name"]?.text, let location = value["in"]?.text, !name.isEmpty,
                ["path", "query", "header", "cookie"].contains(location)
            else {
                problems.report(
                    document.place(place), "a parameter has a name, and \"in\": path, query, header or cookie")
                continue
            }
            parameters.append(
                .init(
                    location: location, name: name,
                    isRequired: location == "path" || value["required"]?.bool == true, value: value, pointer: place))
        }
        return parameters
    }
}

/// Reads the operations of a document.
struct OperationReader {
    private static let methods = ["get", "head", "options", "post", "put", "patch", "delete"]
    /// What stands beside the operations of a path.
    private static let otherKeys = ["$ref", "summary", "description", "servers", "parameters", "additionalOperations"]

    private static let locations = ["path", "query", "querystring", "header", "cookie"]
    private static let swaggerLocations = ["path", "query", "header", "formData", "body"]

    private let document: OpenAPIDocument
    /// Nil for OpenAPI 3.
    private let swagger: Swagger2?
    private(set) var problems = SourceProblems()
    private(set) var leftOut: [String] = []
    private(set) var operations: [Operation] = []

    init(_ document: OpenAPIDocument) {
        self.document = document
        swagger = document.dialect == .swagger2 ? Swagger2(document) : nil
        let paths = JSONPointer.root.appending("paths")
        guard let items = document.root["paths"]?.object else {
            let hasWebhooks = document.root["webhooks"] != nil
            problems.report(
                document.location(.root),
                "the document has no paths\(hasWebhooks ? ": its webhooks are requests that the service sends" : "")")
            return
        }
        for member in items.members where !member.name.hasPrefix("x-") {
            let pointer = paths.appending(member.name)
            guard member.name.hasPrefix("/") else {
                problems.report(document.location(pointer), "a path begins with /")
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
            problems.report(document.location(pointer), "expected an object, found \(value.kind)")
        } catch {
            problems.report(document.location(pointer), error.message)
        }
        return nil
    }

    private mutating func read(_ item: DocumentValue, path: String, at pointer: JSONPointer) {
        if item["servers"] != nil { leftOut.append("the servers of \(path): every request goes to the target") }
        let shared = parameters(item["parameters"], at: pointer.appending("parameters"))
        for member in item["additionalOperations"]?.object?.members ?? [] {
            leftOut.append("\(member.name) \(path): the method is not known to scenarios")
        }
        for member in item.object?.members ?? [] {
            let method = member.name
            if Self.otherKeys.contains(method) || method.hasPrefix("x-") { continue }
            guard Self.methods.contains(method) else {
                leftOut.append("\(method.uppercased()) \(path): the method is not known to scenarios")
                continue
            }
            let location = pointer.appending(method)
            guard member.value.object != nil else {
                problems.report(document.location(location), "expected an operation, found \(member.value.kind)")
                continue
            }
            // In files of their own operations are often references, too.
            guard let value = resolve(member.value, at: location) else { continue }
            var operation = Operation(method: method, path: path, value: value, pointer: location)
            if value["deprecated"]?.bool == true {
                leftOut.append("\(operation.name): it is deprecated")
                continue
            }
            let own = parameters(value["parameters"], at: location.appending("parameters"))
            let all =
                shared.filter { parameter in
                    !own.contains { $0.name == parameter.name && $0.location == parameter.location }
                } + own
            let isBody = { (parameter: Operation.Parameter) in ["body", "formData"].contains(parameter.location) }
            operation.parameters = all.filter { !isBody($0) }
            if let swagger {
                operation.requestBody = swagger.body(all.filter(isBody).map(\.value), of: value)
                operation.bodyPointer = all.first(where: isBody)?.pointer ?? location
            } else if let body = value["requestBody"] {
                operation.bodyPointer = location.appending("requestBody")
                operation.requestBody = resolve(body, at: operation.bodyPointer)
            }
            let responses = location.appending("responses")
            for response in value["responses"]?.object?.members ?? [] where !response.name.hasPrefix("x-") {
                guard let found = resolve(response.value, at: responses.appending(response.name)) else { continue }
                operation.responses.append(
                    .init(status: response.name.uppercased(), value: swagger?.response(found, of: value) ?? found))
            }
            operations.append(operation)
        }
    }

    private mutating func parameters(_ value: DocumentValue?, at pointer: JSONPointer) -> [Operation.Parameter] {
        guard let value else { return [] }
        guard let list = value.list else {
            problems.report(document.location(pointer), "expected a list of parameters, found \(value.kind)")
            return []
        }
        var parameters: [Operation.Parameter] = []
        for (index, element) in list.enumerated() {
            let position = pointer.appending("\(index)")
            guard let value = resolve(element, at: position) else { continue }
            let locations = swagger == nil ? Self.locations : Self.swaggerLocations
            guard let name = value["name"]?.text, let location = value["in"]?.text, !name.isEmpty,
                locations.contains(location)
            else {
                problems.report(
                    document.location(position),
                    "a parameter has a name, and \"in\": \(locations.dropLast().joined(separator: ", ")) or "
                        + (locations.last ?? ""))
                continue
            }
            let isBody = ["body", "formData"].contains(location)
            parameters.append(
                .init(
                    location: location, name: name,
                    isRequired: location == "path" || value["required"]?.bool == true,
                    value: swagger == nil || isBody ? value : Swagger2.parameter(value), pointer: position))
        }
        return parameters
    }
}

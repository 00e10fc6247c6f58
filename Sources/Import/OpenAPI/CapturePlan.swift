/// Finds operations whose answers hold what the paths of others need: `POST /projects` gives the `{id}` of
/// `GET /projects/{id}`.
///
/// Reads take what a list or a creation gives. What changes or deletes takes only what a creation of the same iteration
/// gave, so that a test doesn't delete what others need.
struct CapturePlan {
    /// A value that an answer holds.
    struct Source: Hashable {
        /// The operation's place in the flow.
        var operation: Int
        /// The name in `${…}`.
        var variable: String
        /// Where the answer holds it.
        var path: String
        /// True where the operation made what the value names; a list may be empty.
        var isCreation: Bool
    }

    /// The operations of a flow, in the order in which they run.
    let operations: [Operation]
    private var document: OpenAPIDocument
    /// What each place of a path is filled with: operation and index of the segment.
    private var sources: [Int: [String: Source]] = [:]
    private var captured: [Int: [Source]] = [:]

    /// Plans a flow; puts the operations into the order that the captures need.
    init(_ unordered: [Operation], document: OpenAPIDocument) {
        self.document = document
        let ordered = Self.ordered(unordered)
        operations = ordered
        var byPath: [String: [Int]] = [:]
        for (index, operation) in ordered.enumerated() { byPath[operation.resource, default: []].append(index) }
        for (index, operation) in ordered.enumerated() {
            for parameter in operation.parameters where parameter.location == "path" {
                if let source = source(of: parameter.name, for: index, byPath) {
                    sources[index, default: [:]][parameter.name] = source
                    if !(captured[source.operation] ?? []).contains(where: { $0.variable == source.variable }) {
                        captured[source.operation, default: []].append(source)
                    }
                }
            }
        }
    }

    /// What fills a parameter of an operation's path.
    func source(of parameter: String, for operation: Int) -> Source? { sources[operation]?[parameter] }

    /// The captures that an operation needs and that may have no value: those out of lists, and those of operations
    /// that are not done for want of one themselves.
    func conditions(of operation: Int) -> [String] {
        let needed = Set((sources[operation] ?? [:]).values)
        return needed.filter { !$0.isCreation || !conditions(of: $0.operation).isEmpty }.map(\.variable).sorted()
    }

    /// What an operation has to capture.
    func captures(of operation: Int) -> [Source] {
        captured[operation] ?? []
    }

    /// Reads first, lists before what they list; then creations, then changes; reads of what only a creation names
    /// follow it.
    private static func ordered(_ operations: [Operation]) -> [Operation] {
        let lists = Set(operations.filter { $0.method == "get" }.map(\.resource))
        let creations = Set(operations.filter { $0.method == "post" }.map(\.resource))
        func rank(_ operation: Operation) -> Int {
            guard operation.isSafe else { return operation.rank }
            let collections = operation.parameters.filter { $0.location == "path" }.compactMap {
                collection(of: $0.name, in: operation.path)
            }
            let needsCreation = collections.contains { creations.contains($0) && !lists.contains($0) }
            return needsCreation ? 2 : operation.rank
        }
        // A path is longer than that of the collection it belongs to, and has more parameters.
        func key(_ index: Int) -> (Int, Int, Int, Int) {
            let operation = operations[index]
            let rank = rank(operation)
            let depth = rank == 0 ? operation.path.utf8.count { $0 == UInt8(ascii: "{") } : 0
            return (rank, rank == 2 ? operation.path.utf8.count : depth, operation.isSafe ? 1 : 0, index)
        }
        let keys = operations.indices.map(key)
        return operations.indices.sorted { keys[$0] < keys[$1] }.map { operations[$0] }
    }

    /// `/a/{x}/b` for the parameter `y` of `/a/{x}/b/{y}/c`.
    private static func collection(of parameter: String, in path: String) -> String? {
        path.firstRange(of: "/{\(parameter)}").map { String(path[..<$0.lowerBound]) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func source(of parameter: String, for index: Int, _ byPath: [String: [Int]]) -> Source? {
        let operation = operations[index]
        guard let collection = Self.collection(of: parameter, in: operation.path) else { return nil }
        let before = (byPath[collection] ?? []).filter { $0 < index }
        for position in before where operation.isSafe && operations[position].method == "get" {
            guard let path = listPath(operations[position], parameter) else { continue }
            return Source(
                operation: position, variable: Self.variable(parameter, collection), path: path, isCreation: false)
        }
        for position in before where operations[position].method == "post" {
            guard let path = creationPath(operations[position], parameter) else { continue }
            return Source(
                operation: position, variable: "new_\(Self.variable(parameter, collection))", path: path,
                isCreation: true)
        }
        return nil
    }

    /// The parameter's own name where it says of what it is; else with the collection's name before it.
    private static func variable(_ parameter: String, _ collection: String) -> String {
        let last = collection.split(separator: "/").last { !$0.hasPrefix("{") } ?? ""
        let name = parameter.lowercased() == "id" ? "\(last)_\(parameter)" : parameter
        let fit = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" }
        let isReserved = ["iteration", "user", "uuid", "random", "env", "file"].contains(String(fit))
        return (fit.first?.isLetter ?? false) && !isReserved ? String(fit) : "of_\(String(fit))"
    }

    // MARK: - What answers hold

    /// The value behind `$` or behind the first list of the answer.
    private func listPath(_ operation: Operation, _ parameter: String) -> String? {
        guard let answer = answer(of: operation) else { return nil }
        if let items = answer.list { return Self.member(of: items.first, parameter, prefix: "$[0]") }
        for member in answer.object?.members ?? [] {
            guard let items = member.value.list, let name = Self.pathName(member.name),
                let path = Self.member(of: items.first, parameter, prefix: "$\(name)[0]")
            else { continue }
            return path
        }
        return nil
    }

    private func creationPath(_ operation: Operation, _ parameter: String) -> String? {
        guard let answer = answer(of: operation) else { return nil }
        return Self.member(of: answer, parameter, prefix: "$")
            ?? Self.member(of: answer["data"], parameter, prefix: "$.data")
    }

    /// The path of the member that a parameter names: `projectId`, or `id`.
    private static func member(of value: DocumentValue?, _ parameter: String, prefix: String) -> String? {
        guard let object = value?.object else { return nil }
        let wanted = plain(parameter)
        var members = object.members.filter { plain($0.name) == wanted }
        if wanted.hasSuffix("id") || wanted == "pk" { members += object.members.filter { plain($0.name) == "id" } }
        for member in members {
            switch member.value {
            case .number, .text, .template: return pathName(member.name).map { prefix + $0 }
            default: continue
            }
        }
        return nil
    }

    /// `petId` and `pet_id` are one name.
    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }

    /// `.name`, for names that need no quotes.
    private static func pathName(_ name: String) -> String? {
        let isPlain = name.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "_")
        }
        guard isPlain, let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else {
            return nil
        }
        return ".\(name)"
    }

    /// The JSON of a documented success, as its example or schema has it.
    private func answer(of operation: Operation) -> DocumentValue? {
        let contents = operation.successes.map { MediaTypes($0.value["content"], in: document).json }
        // An answer that may hold nothing gives nothing to rely on.
        guard let content = contents.first ?? nil, contents.allSatisfy({ $0 != nil }) else { return nil }
        var sampler = SchemaSampler(document, allProperties: true)
        return content.sample(document, &sampler, named: "answer")
    }
}

/// A Postman collection of version 2: its requests in their order, with what they inherit.
///
/// Format: https://schema.postman.com/collection/json/v2.1.0/collection.json
struct PostmanCollection {
    /// A request with what its folders say of it.
    struct Item {
        var name: String
        /// Names of the folders that it stands in, the outermost first.
        var folders: [String]
        /// The request; a text where it is only a URL.
        var request: DocumentValue
        /// Its own way to prove who sends it, or what it inherits; nil where nothing is said.
        var auth: DocumentValue?
        /// Its script of tests.
        var tests: PostmanScript
        /// True where a script runs before it, of its own or of a folder.
        var hasPrelude: Bool
    }

    private static let maximumDepth = 50

    let name: String
    private(set) var items: [Item] = []
    /// Variables with the values that the collection gives them; those of folders, too.
    private(set) var variables: [DocumentValue]

    /// - Throws: All that is wrong with it.
    init(_ root: DocumentValue, file: String) throws(InvalidSource) {
        guard let list = root["item"]?.list else {
            throw InvalidSource(
                "\(file)#/item", "expected a Postman collection of version 2: there is no list of items")
        }
        name = root["info"]?["name"]?.text ?? ""
        variables = root["variable"]?.list ?? []
        var problems = SourceProblems()
        let outer = Outer(auth: root["auth"], hasPrelude: Self.script(root, "prerequest") != nil)
        walk(list, at: JSONPointer.root.appending("item"), outer) { problems.report("\(file)#\($0)", $1) }
        try problems.throwIfAny()
    }

    /// What folders say of the requests in them.
    private struct Outer {
        var folders: [String] = []
        var auth: DocumentValue?
        var hasPrelude = false
    }

    private mutating func walk(
        _ list: [DocumentValue], at pointer: JSONPointer, _ outer: Outer, _ report: (JSONPointer, String) -> Void
    ) {
        guard outer.folders.count <= Self.maximumDepth else {
            report(pointer, "folders stand more than \(Self.maximumDepth) deep in each other")
            return
        }
        for (index, item) in list.enumerated() {
            let location = pointer.appending("\(index)")
            guard item.object != nil else {
                report(location, "expected a request or a folder, found \(item.kind)")
                continue
            }
            let name = item["name"]?.text ?? ""
            var inner = outer
            inner.hasPrelude = inner.hasPrelude || Self.script(item, "prerequest") != nil
            if let items = item["item"]?.list {
                inner.folders.append(name)
                if let auth = item["auth"], auth != .null { inner.auth = auth }
                variables += item["variable"]?.list ?? []
                walk(items, at: location.appending("item"), inner, report)
            } else if let request = item["request"], request.object != nil || request.text != nil {
                let own = request["auth"].flatMap { $0 == .null ? nil : $0 }
                let tests = Self.script(item, "test").map { PostmanScript($0) } ?? PostmanScript()
                items.append(
                    Item(
                        name: name, folders: outer.folders, request: request, auth: own ?? outer.auth, tests: tests,
                        hasPrelude: inner.hasPrelude))
            } else {
                report(location, "expected a request or a folder: there is neither \"request\" nor \"item\"")
            }
        }
    }

    /// The text of a script; nil where there is none, or nothing in it.
    private static func script(_ item: DocumentValue, _ event: String) -> String? {
        var lines: [String] = []
        for entry in item["event"]?.list ?? []
        where entry["listen"]?.text == event && entry["disabled"]?.bool != true
            && entry["script"]?["disabled"]?.bool != true
        {
            let script = entry["script"]?["exec"] ?? entry["script"]
            lines += script?.list?.compactMap(\.text) ?? script?.text.map { [$0] } ?? []
        }
        let text = lines.joined(separator: "\n")
        return text.contains { !$0.isWhitespace } ? text : nil
    }
}

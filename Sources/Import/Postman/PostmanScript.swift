/// What a script of tests says in the plainest ways: the status that it expects, and values of the answer that it
/// keeps.
///
/// Scripts are programs, and are not run. What is read here stands for what most of them do.
struct PostmanScript {
    /// A value of the answer that becomes a variable.
    struct Capture {
        var variable: String
        /// As a scenario has it: `json $.token`.
        var source: String
    }

    private(set) var status: String?
    private(set) var captures: [Capture] = []
    /// True where there is a script that may do more.
    private(set) var isThere = false

    /// No script.
    init() {}

    /// Reads a script.
    init(_ text: String) {
        isThere = true
        // What stands behind `//` at the beginning of a line is not done.
        let lines = text.split(whereSeparator: \.isNewline).filter {
            !$0.drop { $0 == " " || $0 == "\t" }.hasPrefix("//")
        }
        let text = lines.joined(separator: "\n")
        for mark in [
            "to.have.status(", "pm.response.code).to.eql(", "pm.response.code).to.equal(", "responseCode.code ===",
        ] {
            guard let found = text.firstRange(of: mark) else { continue }
            let digits = text[found.upperBound...].drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
            if digits.count == 3, digits.first != "0" { status = String(digits) }
        }
        var names = ["pm.response.json()": "$", "JSON.parse(responseBody)": "$"]
        for line in lines { Self.learn(line, &names) }
        for setter in Self.setters {
            for part in text.split(separator: setter, omittingEmptySubsequences: false).dropFirst() { add(part, names) }
        }
    }

    private static let setters = [
        "pm.environment.set(", "pm.collectionVariables.set(", "pm.globals.set(", "pm.variables.set(",
        "postman.setEnvironmentVariable(", "postman.setGlobalVariable(",
    ]

    /// `const data = pm.response.json();`
    private static func learn(_ line: Substring, _ names: inout [String: String]) {
        let words = line.split(separator: "=", maxSplits: 1)
        guard words.count == 2 else { return }
        let left = words[0].split(separator: " ")
        guard left.count == 2, ["var", "let", "const"].contains(left[0]) else { return }
        if let path = path(String(words[1]), names) { names[String(left[1])] = path }
    }

    /// What follows a setter's bracket: `"token", data.token);`
    private mutating func add(_ text: Substring, _ names: [String: String]) {
        let line = text.prefix { !$0.isNewline }
        guard let quote = line.first(where: { $0 != " " }), quote == "\"" || quote == "'" else { return }
        let parts = line.split(separator: quote, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let comma = parts[2].firstIndex(of: ",") else { return }
        var value = String(parts[2][parts[2].index(after: comma)...])
        while let last = value.last, last == ";" || last == " " || last == "}" { value.removeLast() }
        guard value.last == ")" else { return }
        value.removeLast()
        let variable = String(parts[1])
        guard !captures.contains(where: { $0.variable == variable }) else { return }
        if let path = Self.path(value, names) { captures.append(Capture(variable: variable, source: "json \(path)")) }
        let header = value.drop { $0 == " " }
        for mark in ["pm.response.headers.get(", "postman.getResponseHeader("] where header.hasPrefix(mark) {
            let name = header.dropFirst(mark.count).filter { !"\"')".contains($0) }
            if HeaderFields.canBeSent(name) { captures.append(Capture(variable: variable, source: "header \(name)")) }
        }
    }

    /// The JSON path of `data.items[0].id`; nil for anything that is more than a path.
    private static func path(_ expression: String, _ names: [String: String]) -> String? {
        var text = expression.filter { $0 != " " && $0 != "?" }
        while text.last == ";" { text.removeLast() }
        guard let root = names.keys.filter({ text.hasPrefix($0) }).max(by: { $0.count < $1.count }) else { return nil }
        let tail = text.dropFirst(root.count)
        guard tail.isEmpty || tail.first == "." || tail.first == "[" else { return nil }
        var path = names[root] ?? "$"
        var rest = tail
        while let first = rest.first {
            rest.removeFirst()
            if first == "." {
                let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                guard let letter = name.first, !letter.isNumber else { return nil }
                path += ".\(name)"
                rest = rest.dropFirst(name.count)
            } else if first == "[", let close = rest.firstIndex(of: "]") {
                let index = rest[..<close].filter { $0 != "\"" && $0 != "'" }
                let isNumber = !index.isEmpty && index.allSatisfy { $0.isASCII && $0.isNumber } && index.count < 6
                let isName =
                    !index.isEmpty
                    && index.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_- ".contains($0)) }
                guard isNumber || isName else { return nil }
                path += isNumber ? "[\(index)]" : "[\"\(index)\"]"
                rest = rest[rest.index(after: close)...]
            } else {
                return nil
            }
        }
        // The whole answer is no value of its own.
        return path
    }
}

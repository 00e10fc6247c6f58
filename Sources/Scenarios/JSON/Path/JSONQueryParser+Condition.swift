/// The conditions of filters (RFC 9535 §2.3.5).
///
///     condition  := and ("||" and)*
///     and        := basic ("&&" basic)*
///     basic      := ["!"] "(" condition ")" | ["!"] test | comparable sign comparable
///     test       := query from @ or $ | match(…) | search(…)
///     comparable := literal | path from @ or $ | length(…) | count(…) | value(…)
extension JSONQueryParser {
    /// What stands in a condition before it is known whether a comparison follows.
    private enum Term {
        case literal(JSONQuery.Literal)
        case query(JSONQuery.Reference)
        /// A function that gives a value.
        case value(JSONQuery.Operand)
        /// A function that is true or false.
        case truth(JSONQuery.Condition)
    }

    mutating func condition() throws(GrammarError) -> JSONQuery.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthBound else { return try fail("the JSON path is nested too deeply") }
        var parts = [try conjunction()]
        while take(sign: "||") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(GrammarError) -> JSONQuery.Condition {
        var parts = [try basic()]
        while take(sign: "&&") { parts.append(try basic()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    /// Takes a sign behind blanks; nothing where another one stands there.
    private mutating func take(sign: String) -> Bool {
        let before = cursor
        cursor.skipSpaces()
        guard cursor.starts(with: sign) else {
            cursor = before
            return false
        }
        cursor.advance(by: sign.count)
        return true
    }

    private mutating func basic() throws(GrammarError) -> JSONQuery.Condition {
        cursor.skipSpaces()
        let isNegated = take("!")
        if isNegated { cursor.skipSpaces() }
        let start = cursor.offset
        if take("(") {
            let inner = try condition()
            cursor.skipSpaces()
            guard take(")") else { return try fail("( of the JSON path is not closed by )", at: start) }
            return isNegated ? .not(inner) : inner
        }
        let term = try term()
        if !isNegated, let sign = comparison() {
            let left = try operand(term, at: start)
            cursor.skipSpaces()
            let right = cursor.offset
            return .compare(left, sign, try operand(try self.term(), at: right))
        }
        switch term {
        case .query(let reference): return isNegated ? .not(.finds(reference)) : .finds(reference)
        case .truth(let condition): return isNegated ? .not(condition) : condition
        case .literal, .value:
            return try fail("a value alone is no condition: compare it, such as @.price < 10", at: start)
        }
    }

    private mutating func comparison() -> JSONQuery.Comparison? {
        // Longer signs first: `<=` begins as `<` does.
        JSONQuery.Comparison.allCases.first { take(sign: $0.rawValue) }
    }

    /// A term as a comparison takes it: one value at most.
    private func operand(_ term: Term, at offset: Int) throws(GrammarError) -> JSONQuery.Operand {
        switch term {
        case .literal(let literal): return .literal(literal)
        case .value(let operand): return operand
        case .query(let reference):
            guard reference.isSingular else {
                return try fail("a comparison takes a path to one value: without *, .., slices and filters", at: offset)
            }
            return .path(reference)
        case .truth: return try fail("match and search are conditions by themselves, and can't be compared", at: offset)
        }
    }

    private mutating func term() throws(GrammarError) -> Term {
        guard let next = cursor.next else { return try word() }
        switch next {
        case "@", "$":
            let isRelative = next == "@"
            cursor.advance()
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.depthBound else { return try fail("the JSON path is nested too deeply") }
            return .query(JSONQuery.Reference(isRelative: isRelative, segments: try segments(inCondition: true)))
        case "\"", "'": return .literal(.text(try string()))
        case "-", "0"..."9": return .literal(try number())
        default: return try word()
        }
    }

    /// `(int | "-0") [fraction] [exponent]`
    private mutating func number() throws(GrammarError) -> JSONQuery.Literal {
        let start = cursor.offset
        _ = take("-")
        let whole = digits()
        var isValid = whole == "0" || !whole.isEmpty && whole.first != "0"
        if take(".") { isValid = isValid && !digits().isEmpty }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            isValid = isValid && !digits().isEmpty
        }
        let text = cursor.text(start..<cursor.offset)
        guard isValid, let value = Double(text) else {
            return try fail("\(quoted(text)) is not a valid number in a JSON path", at: start)
        }
        return .number(value)
    }

    private mutating func digits() -> String { cursor.take { "0"..."9" ~= $0 } }

    private mutating func word() throws(GrammarError) -> Term {
        let start = cursor.offset
        let name = cursor.take { "a"..."z" ~= $0 || "0"..."9" ~= $0 || $0 == "_" }
        if cursor.next == "(" { return try function(name, at: start) }
        switch name {
        case "true": return .literal(.boolean(true))
        case "false": return .literal(.boolean(false))
        case "null": return .literal(.null)
        default:
            return try fail(
                "expected @, $, a text, a number or a function in the condition of the JSON path, found "
                    + (name.isEmpty ? found : quoted(name)), at: start)
        }
    }

    private mutating func function(_ name: String, at start: Int) throws(GrammarError) -> Term {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthBound else { return try fail("the JSON path is nested too deeply") }
        cursor.advance()
        var arguments: [(term: Term, offset: Int)] = []
        cursor.skipSpaces()
        if cursor.next != ")" {
            repeat {
                cursor.skipSpaces()
                let offset = cursor.offset
                arguments.append((try term(), offset))
                cursor.skipSpaces()
            } while take(",")
        }
        guard take(")") else { return try fail("expected , or ) after an argument of \(name), found \(found)") }
        let wanted = ["length": 1, "count": 1, "value": 1, "match": 2, "search": 2]
        guard let count = wanted[name] else {
            let hint = Suggestion.hint(for: name, among: wanted.keys.sorted(), otherwise: "known here")
            return try fail("unknown function \(quoted(name)) in the JSON path\(hint)", at: start)
        }
        guard arguments.count == count else {
            return try fail("\(name) takes \(counted(count, "argument")), found \(arguments.count)", at: start)
        }
        let first = arguments[0]
        switch name {
        case "length": return .value(.length(try operand(first.term, at: first.offset)))
        case "count": return .value(.count(try reference(first.term, name, at: first.offset)))
        case "value": return .value(.value(try reference(first.term, name, at: first.offset)))
        default:
            return .truth(
                .matches(
                    try operand(first.term, at: first.offset),
                    pattern: try operand(arguments[1].term, at: arguments[1].offset), isWhole: name == "match"))
        }
    }

    private func reference(
        _ term: Term, _ function: String, at offset: Int
    ) throws(GrammarError) -> JSONQuery.Reference {
        guard case .query(let reference) = term else {
            return try fail("\(function) takes a query, such as \(function)(@.items[*])", at: offset)
        }
        return reference
    }
}

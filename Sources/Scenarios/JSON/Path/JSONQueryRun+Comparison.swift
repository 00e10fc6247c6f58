import Foundation

/// How values are compared (RFC 9535 §2.3.5.2.2), and texts held against regular expressions (RFC 9485).
extension JSONQueryRun {
    func isTrue(_ left: Value?, _ sign: JSONQuery.Comparison, _ right: Value?) -> Bool {
        switch sign {
        case .equal: areEqual(left, right)
        case .notEqual: !areEqual(left, right)
        case .less: isLess(left, right)
        case .greater: isLess(right, left)
        case .lessOrEqual: isLess(left, right) || areEqual(left, right)
        case .greaterOrEqual: isLess(right, left) || areEqual(left, right)
        }
    }

    private func isLess(_ left: Value?, _ right: Value?) -> Bool {
        if let left = number(left), let right = number(right) { return left < right }
        guard let left = text(of: left), let right = text(of: right) else { return false }
        // In the order of Unicode's code points, which UTF-8 keeps.
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private func number(_ value: Value?) -> Double? {
        switch value {
        case .literal(.number(let number))?: number
        case .node(let node)?: document.number(node)
        default: nil
        }
    }

    private func areEqual(_ left: Value?, _ right: Value?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (nil, _?), (_?, nil): false
        case (.node(let left)?, .node(let right)?): areEqual(left, right)
        case (.literal(let left)?, .literal(let right)?): left == right
        case (.node(let node)?, .literal(let literal)?), (.literal(let literal)?, .node(let node)?):
            isEqual(node, literal)
        }
    }

    private func isEqual(_ node: Int, _ literal: JSONQuery.Literal) -> Bool {
        switch literal {
        case .null: document.nodes[node].kind == .null
        case .boolean(let truth):
            document.nodes[node].kind == .boolean && document.slice(node).bytes.count == (truth ? 4 : 5)
        case .number(let number): document.number(node) == number
        case .text(let text):
            document.nodes[node].kind == .text && document.text(node).elementsEqual(text.utf8)
        }
    }

    /// Texts by their characters, numbers by what they are worth, objects whatever the order of their members.
    private func areEqual(_ left: Int, _ right: Int) -> Bool {
        let kind = document.nodes[left].kind
        guard kind == document.nodes[right].kind else { return false }
        switch kind {
        case .null: return true
        case .boolean: return document.slice(left).bytes.count == document.slice(right).bytes.count
        case .number: return document.number(left) == document.number(right)
        case .text: return document.text(left) == document.text(right)
        case .array:
            let (left, right) = (document.children(left), document.children(right))
            return left.count == right.count && zip(left, right).allSatisfy { areEqual($0, $1) }
        case .object:
            let (left, right) = (document.children(left), document.children(right))
            let named = Dictionary(right.map { (document.name($0), $0) }, uniquingKeysWith: { $1 })
            return left.count == right.count
                && left.allSatisfy { child in named[document.name(child)].map { areEqual(child, $0) } ?? false }
        }
    }

    /// False also where the expression is none.
    mutating func matches(_ text: String, _ pattern: String, isWhole: Bool) -> Bool {
        let key = (isWhole ? "=" : "~") + pattern
        if expressions[key] == nil {
            let translated = InternetRegex.translated(pattern)
            expressions[key] = .some(
                try? NSRegularExpression(pattern: isWhole ? "\\A(?:\(translated))\\z" : translated))
        }
        guard let expression = expressions[key] ?? nil else { return false }
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}

/// Regular expressions of RFC 9485, in the words of ICU.
enum InternetRegex {
    /// The dot leaves out line feed and carriage return alone; nothing is special in a class but its end, ranges and escapes.
    static func translated(_ pattern: String) -> String {
        var result = String.UnicodeScalarView()
        var isInClass = false
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            if isEscaped {
                isEscaped = false
                result.append(scalar)
                continue
            }
            switch scalar {
            case "\\":
                isEscaped = true
                result.append(scalar)
            case "[" where isInClass, "&" where isInClass: result.append(contentsOf: "\\\(scalar)".unicodeScalars)
            case "[":
                isInClass = true
                result.append(scalar)
            case "]":
                isInClass = false
                result.append(scalar)
            case "." where !isInClass: result.append(contentsOf: "[^\\n\\r]".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

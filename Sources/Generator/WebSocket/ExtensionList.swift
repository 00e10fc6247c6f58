/// The value of a `Sec-WebSocket-Extensions` field taken apart (RFC 6455 §9.1).
struct ExtensionList {
    struct Parameter: Equatable {
        var name: String
        var value: String?
    }

    struct Member: Equatable {
        var name: String
        var parameters: [Parameter]
    }

    private var rest: Substring.UTF8View

    /// The list's members; nil where the value is malformed. Empty members are skipped (RFC 9110 §5.6.1.2).
    static func members(of value: String) -> [Member]? {
        var list = ExtensionList(rest: Substring(value).utf8)
        var members: [Member] = []
        repeat {
            list.skipBlanks()
            if let next = list.rest.first, next != UInt8(ascii: ",") {
                guard let member = list.member() else { return nil }
                members.append(member)
            }
        } while list.take(UInt8(ascii: ","))
        return list.rest.isEmpty ? members : nil
    }

    private mutating func member() -> Member? {
        guard let name = token() else { return nil }
        var member = Member(name: name, parameters: [])
        while take(UInt8(ascii: ";")) {
            guard let name = token() else { return nil }
            var parameter = Parameter(name: name)
            if take(UInt8(ascii: "=")) {
                guard let value = rest.first == UInt8(ascii: "\"") ? quoted() : token() else { return nil }
                parameter.value = value
            }
            member.parameters.append(parameter)
        }
        return member
    }

    /// A token and the blanks around it.
    private mutating func token() -> String? {
        skipBlanks()
        let token = rest.prefix(while: HeaderSyntax.isToken)
        guard !token.isEmpty else { return nil }
        rest = rest[token.endIndex...]
        skipBlanks()
        return String(token)
    }

    /// A quoted string whose content, unescaped, is a token, as §9.1 asks.
    private mutating func quoted() -> String? {
        rest.removeFirst()
        var content: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                skipBlanks()
                return content.isEmpty ? nil : String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), HeaderSyntax.isToken(escaped) else { return nil }
                content.append(escaped)
            default:
                guard HeaderSyntax.isToken(byte) else { return nil }
                content.append(byte)
            }
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }
}

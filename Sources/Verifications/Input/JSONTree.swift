import Scenarios
import VerificationKit

/// A JSON text taken apart, so that its parts can be replaced by others, also by such as are no JSON.
indirect enum JSONTree: Sendable, Equatable {
    /// A member of an object.
    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONTree
    }

    case text(String)
    /// Bytes as they stand: a number, `true`, `false`, `null`, or what is no JSON at all.
    case raw([UInt8])
    case array([JSONTree])
    case object([Member])

    /// What is no JSON at all, or JSON that is at hand as a text.
    static func raw(_ text: String) -> JSONTree { .raw(Array(text.utf8)) }

    /// A declared body with its places filled in: `${n}` is `number`.
    init(_ template: JSONTemplate, number: Int, user: Int?) {
        let values = RequestValues(number: number, user: user)
        switch template {
        case .raw(let raw): self = .raw(raw)
        case .text(let text): self = .text(RequestMaker.filled(text, values))
        case .variable(let variable): self = .raw(RequestMaker.filled(variable, values))
        case .array(let elements): self = .array(elements.map { JSONTree($0, number: number, user: user) })
        case .object(let members):
            self = .object(
                members.map { Member(name: $0.name, value: JSONTree($0.value, number: number, user: user)) })
        }
    }

    /// The value's type, by its first byte where it stands as it is.
    var type: InputType {
        switch self {
        case .text: return .string
        case .array: return .array
        case .object: return .object
        case .raw(let bytes):
            return switch bytes.first {
            case UInt8(ascii: "n"): .null
            case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
            case UInt8(ascii: "\""): .string
            default: .number
            }
        }
    }

    /// The tree as text.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .raw(let raw): bytes += raw
        case .text(let text): bytes += JSONString.quoted(text).utf8
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += JSONString.quoted(member.name).utf8
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The tree with the value at a location changed; `indices` lead to it, each the number of a member or an element.
    func changed(at indices: some Collection<Int>, _ change: (JSONTree) -> JSONTree) -> JSONTree {
        guard let index = indices.first else { return change(self) }
        switch self {
        case .array(var elements) where elements.indices.contains(index):
            elements[index] = elements[index].changed(at: indices.dropFirst(), change)
            return .array(elements)
        case .object(var members) where members.indices.contains(index):
            members[index].value = members[index].value.changed(at: indices.dropFirst(), change)
            return .object(members)
        default: return self
        }
    }

    /// The tree with the members of the object at a location changed.
    func withMembers(at indices: some Collection<Int>, _ change: (inout [Member]) -> Void) -> JSONTree {
        changed(at: indices) { value in
            guard case .object(var members) = value else { return value }
            change(&members)
            return .object(members)
        }
    }
}

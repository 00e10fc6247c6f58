import Scenarios

/// Hostile bodies whose members are not the ones that they should be.
extension HostileDerivation {
    func missingMembers() -> [HostileCase] {
        places.filter { $0.isMember && !isOptional($0) }.map { location in
            whole(.missingMembers, "\(location.shown) left out") { tree in
                tree.withMembers(at: location.indices.dropLast()) { members in
                    if let index = location.indices.last, members.indices.contains(index) { members.remove(at: index) }
                }.bytes
            }
        }
    }

    func nullMembers() -> [HostileCase] {
        places.filter { $0.type != .null && !isOptional($0) && !types(at: $0).contains(.null) }.map {
            replacing($0, .nullMembers, by: "null", .refused)
        }
    }

    func extraMembers() -> [HostileCase] {
        adding([("loadgate_extra", "1"), ("<b>loadgate</b>", "true")], .extraMembers)
    }

    func prototypeMembers() -> [HostileCase] {
        let poison = "{\"\(Self.poisonedName)\":true}"
        return adding(
            [("__proto__", poison), ("constructor", "{\"prototype\":\(poison)}"), ("prototype", poison)],
            .prototypeMembers)
    }

    /// What shows in later answers where a server's objects were poisoned.
    static let poisonedName = "loadgate_poisoned"

    private func adding(_ members: [(name: String, value: String)], _ kind: InputKind) -> [HostileCase] {
        tree.objects.flatMap { object in
            members.map { name, value in
                let change = "\(object.shown) with the member \(JSONString.quoted(name)): \(value)"
                return whole(kind, change, .tolerated) { tree in
                    tree.withMembers(at: object.indices) { $0.append(.init(name: name, value: .raw(value))) }.bytes
                }
            }
        }
    }

    func duplicateKeys() -> [HostileCase] {
        places.filter(\.isMember).flatMap { location in
            [
                duplicating(location, "twice, with the same value", value: nil),
                duplicating(location, "twice, null the second time", value: .raw("null")),
            ]
        }
    }

    private func duplicating(_ location: BodyLocation, _ what: String, value: JSONTree?) -> HostileCase {
        whole(.duplicateKeys, "\(location.shown) \(what)", .tolerated) { tree in
            tree.withMembers(at: location.indices.dropLast()) { members in
                guard let index = location.indices.last, members.indices.contains(index) else { return }
                members.append(.init(name: members[index].name, value: value ?? members[index].value))
            }.bytes
        }
    }

    func wrongTypes() -> [HostileCase] {
        let values: [(InputType, String)] = [
            (.boolean, "true"), (.number, "1"), (.string, "\"loadgate\""), (.array, "[]"), (.object, "{}"),
        ]
        return places.filter { $0.type != .null }.flatMap { location in
            let valid = types(at: location)
            return values.filter { !valid.contains($0.0) }.map { replacing(location, .wrongTypes, by: $0.1, .refused) }
        }
    }

    func quotedValues() -> [HostileCase] {
        places.filter { ($0.type == .number || $0.type == .boolean) && !types(at: $0).contains(.string) }.map {
            location in
            HostileCase(kind: .quotedValues, change: "\(location.shown) as a text", acceptance: .refused) { tree in
                tree.changed(at: location.indices) { .text(String(decoding: $0.bytes, as: UTF8.self)) }.bytes
            }
        }
    }
}

/// What holds of several keys of a mapping: the reader reports what breaks it, and the schema says so.
public struct KeyRule: Sendable {
    enum Kind: Sendable {
        case exactlyOne([String])
        case oneSet([[String]])
        case needs(String, [String])
        case belong([String], to: String, among: [String])
        case strange([String], to: String, among: [String])
        case alone(String)
    }

    let kind: Kind
    /// What is reported where none of the keys is there.
    var missing: String?
    /// What is reported of the first key where it breaks the rule beside, or without, the second one. Nil: the schema
    /// alone has the rule, and the group's reader reports in words of its own.
    var message: (@Sendable (_ key: String, _ other: String) -> String)?

    /// Of the keys exactly one is there; `beside` is reported of each that stands beside the first one.
    public static func exactlyOne(
        of keys: any KeyNaming..., missing: String? = nil,
        beside: (@Sendable (_ other: String, _ first: String) -> String)? = nil
    ) -> KeyRule {
        KeyRule(kind: .exactlyOne(keys.flatMap(\.names)), missing: missing, message: beside)
    }

    /// One of the sets is there as a whole; `missing` is reported where none is.
    public static func oneSet(of sets: [any KeyNaming]..., missing: String? = nil) -> KeyRule {
        KeyRule(kind: .oneSet(sets.map { $0.flatMap(\.names) }), missing: missing)
    }

    /// A key needs others beside it; `without` is reported of it for each of them that is not there.
    public static func needs(
        _ key: any KeyNaming, _ others: any KeyNaming...,
        without: (@Sendable (_ key: String, _ other: String) -> String)? = nil
    ) -> KeyRule {
        KeyRule(kind: .needs(key.names.first ?? "", others.flatMap(\.names)), message: without)
    }

    /// Keys that have a meaning only where `action` is the one of `actions` that the mapping has; elsewhere they are
    /// reported, and not read.
    public static func belong(
        _ keys: any KeyNaming..., to action: any KeyNaming, among actions: [any KeyNaming],
        elsewhere: @escaping @Sendable (_ key: String, _ action: String) -> String
    ) -> KeyRule {
        KeyRule(
            kind: .belong(
                keys.flatMap(\.names), to: action.names.first ?? "", among: actions.flatMap(\.names)),
            message: elsewhere)
    }

    /// Keys that have no meaning where `action` is the one of `actions` that the mapping has.
    public static func strange(
        _ keys: any KeyNaming..., to action: any KeyNaming, among actions: [any KeyNaming],
        there: @escaping @Sendable (_ key: String, _ action: String) -> String
    ) -> KeyRule {
        KeyRule(
            kind: .strange(
                keys.flatMap(\.names), to: action.names.first ?? "", among: actions.flatMap(\.names)),
            message: there)
    }

    /// A key beside which no other stands.
    public static func alone(
        _ key: any KeyNaming, beside: @escaping @Sendable (_ other: String, _ key: String) -> String
    ) -> KeyRule {
        KeyRule(kind: .alone(key.names.first ?? ""), message: beside)
    }
}

extension KeyRule {
    /// The keys that are there, in the order of the file.
    private static func present(_ names: [String], _ entries: [String: SourceNode.Entry]) -> [SourceNode.Entry] {
        names.compactMap { entries[$0] }.sorted { $0.location < $1.location }
    }

    /// Reports what breaks the rule. The keys that are not to be read then.
    func check(_ entries: [String: SourceNode.Entry], at location: TextLocation, _ reading: Reading) -> [String] {
        func report(_ broken: [SourceNode.Entry], _ other: String) {
            guard let message else { return }
            for entry in broken { reading.report(entry.location, message(entry.key, other)) }
        }
        switch kind {
        case .exactlyOne(let names):
            let given = Self.present(names, entries)
            if let first = given.first {
                report(Array(given.dropFirst()), first.key)
            } else if let missing {
                reading.report(location, missing)
            }
        case .oneSet(let sets):
            let isThere = sets.contains { $0.allSatisfy { entries[$0] != nil } }
            if !isThere, let missing { reading.report(location, missing) }
        case .needs(let key, let others):
            guard let entry = entries[key] else { break }
            for other in others where entries[other] == nil { report([entry], other) }
        case .belong(let keys, let action, let actions):
            guard let first = Self.present(actions, entries).first, first.key != action else { break }
            let strangers = Self.present(keys, entries)
            report(strangers, action)
            return strangers.map(\.key)
        case .strange(let keys, let action, let actions):
            guard Self.present(actions, entries).first?.key == action else { break }
            let strangers = Self.present(keys, entries)
            report(strangers, action)
            return strangers.map(\.key)
        case .alone(let key):
            guard entries[key] != nil else { break }
            let others = entries.values.filter { $0.key != key }
            report(others, key)
            return others.map(\.key)
        }
        return []
    }
}

/// The secrets of examples: a document's author may have left a real one.
enum ExampleSecrets {
    /// The value with a place of the environment for each text that is secret by its name or its looks.
    static func removed(from value: DocumentValue, named name: String) -> DocumentValue {
        var keeper = SecretKeeper()
        return removed(from: value, named: name, isSecret: SecretNames.isSecret(name), &keeper)
    }

    private static func removed(
        from value: DocumentValue, named name: String, isSecret: Bool, _ keeper: inout SecretKeeper
    ) -> DocumentValue {
        switch value {
        case .text(let text):
            guard !text.isEmpty, isSecret || SecretNames.looksSecret(text) else { return value }
            return .template(keeper.place(for: text, named: name))
        case .list(let values): return .list(values.map { removed(from: $0, named: name, isSecret: isSecret, &keeper) })
        case .object(let object):
            return .object(
                DocumentObject(
                    object.members.map { member in
                        let isSecret = isSecret || SecretNames.isSecret(member.name)
                        return (
                            member.name, removed(from: member.value, named: member.name, isSecret: isSecret, &keeper)
                        )
                    }))
        // A number that a schema asks for can't be a text of the environment.
        case .null, .bool, .number, .template: return value
        }
    }
}

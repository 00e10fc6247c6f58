import Credentials

/// The secrets of examples: a document's author may have left a real one.
enum ExampleSecrets {
    /// The value with a place of the environment for each text that is secret by its name or its looks.
    static func removed(from value: DocumentValue, named name: String) -> DocumentValue {
        var keeper = SecretKeeper()
        return removed(from: value, named: name, isSecret: SensitiveName.isOne(name), &keeper)
    }

    private static func removed(
        from value: DocumentValue, named name: String, isSecret: Bool, _ keeper: inout SecretKeeper
    ) -> DocumentValue {
        switch value {
        case .text(let text):
            guard !SensitiveText.isPlaceholder(text), isSecret || SensitiveText.isSensitive(text) else { return value }
            return .template(keeper.placeholder(for: text, named: name))
        case .list(let values): return .list(values.map { removed(from: $0, named: name, isSecret: isSecret, &keeper) })
        case .object(let object):
            return .object(
                DocumentObject(
                    object.members.map { member in
                        let isSecret = isSecret || SensitiveName.isOne(member.name)
                        return (
                            member.name, removed(from: member.value, named: member.name, isSecret: isSecret, &keeper)
                        )
                    }))
        // A number that a schema asks for can't be a text of the environment.
        case .null, .bool, .number, .template: return value
        }
    }
}

/// Finds a member of a secret's JSON.
public enum SecretMember {
    /// What is wrong with a path.
    public enum Problem: Error, Equatable, Sendable {
        /// The secret, or what the path leads through, is no JSON object.
        case noObject
        /// There is no such member.
        case missing
        /// The member is null.
        case null
    }

    /// The value of the member that a path such as `db.password` leads to: a text as it is, any other value as the JSON
    /// writes it. A name that has dots itself is found, too; a text that itself holds JSON is gone into.
    public static func value(of path: String, in text: String) throws(Problem) -> String {
        var parser = JSONLineParser(Array(text.utf8))
        // The parser's words may quote what it found, so they are not passed on.
        guard let members = try? parser.object() else { throw .noObject }
        // Of members with one name the last counts, as nearly all readers of JSON have it.
        if let member = members.last(where: { $0.name == path }) {
            if member.isNull { throw .null }
            return member.value
        }
        guard let dot = path.firstIndex(of: "."),
            let member = members.last(where: { $0.name == path[..<dot] })
        else { throw .missing }
        return try value(of: String(path[path.index(after: dot)...]), in: member.value)
    }

    /// The names of the members of a JSON object, in order; nil where the text is none.
    public static func names(in text: String) -> [String]? {
        var parser = JSONLineParser(Array(text.utf8))
        return (try? parser.object())?.map(\.name)
    }
}

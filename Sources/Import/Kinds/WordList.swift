/// Lists of words for people.
public enum WordList {
    /// `a, b and c`, or with another word before the last one.
    public static func joined(_ words: [String], last: String = "and") -> String {
        guard let end = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) \(last) \(end)"
    }
}

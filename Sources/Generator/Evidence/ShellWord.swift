/// Words of a POSIX shell.
public enum ShellWord {
    /// A word for a text, whatever it holds: within single quotes, unless nothing in it means anything to a shell.
    public static func quoted(_ text: String) -> String { isPlain(text) ? text : inQuotes(text) }

    /// True where a text is a word as it stands.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./:@%+,".utf8.contains(byte)
            }
    }

    /// A text within single quotes.
    static func inQuotes(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}

/// Marks around the name of a shell's variable, which is not known when a command is imported: characters of private use, which are
/// refused in sources.
enum ShellMark {
    static let start: Unicode.Scalar = "\u{10FFF0}"
    static let end: Unicode.Scalar = "\u{10FFF1}"
}

/// Why an engine carries no job out: its program is missing, or refuses it.
struct EngineRefusal: Error, CustomStringConvertible {
    /// What is wrong, a sentence.
    var description: String
}

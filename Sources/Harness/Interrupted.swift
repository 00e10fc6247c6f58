/// A run was told to end before it had begun.
public struct Interrupted: Error, CustomStringConvertible {
    /// In words, for people.
    public var description: String { "the run was told to end before it had begun" }
}

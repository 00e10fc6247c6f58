/// What a scenario needs besides its own text: whoever carries it out elsewhere takes that along.
public struct ScenarioInputs: Sendable, Equatable {
    /// The files that it names, by their paths from where it was read, in the order of their first use.
    public private(set) var files: [String] = []
    /// The environment's variables that it reads (`${env:NAME}`) and that were set, in the order of their first use. Where one
    /// was not, its default was taken.
    public private(set) var variables: [String] = []

    mutating func add(file: String) {
        if !files.contains(file) { files.append(file) }
    }

    mutating func add(variable: String, isSet: Bool) {
        if isSet, !variables.contains(variable) { variables.append(variable) }
    }
}

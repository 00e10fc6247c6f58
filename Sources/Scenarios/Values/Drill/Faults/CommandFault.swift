/// A program breaks something, and another mends it.
public struct CommandFault: FaultRule {
    /// The words that begin it.
    public static let verbs: [String] = []
    /// How it is written.
    public static let usage = "{run: [PROGRAM, ARGUMENT…]} with undo: {run: […]}"
    /// What it does and how it is undone.
    public static let summary = "Runs a program without a shell; undone by running another."

    /// The program and its arguments.
    public var command: [Text]
    /// What undoes it.
    public var undo: FaultUndo
    /// How long the program may take.
    public var timeout: Duration = .seconds(60)

    /// What it breaks.
    public var subject: FaultSubject { .other }

    /// Makes a fault.
    public init(command: [Text], undo: FaultUndo) {
        self.command = command
        self.undo = undo
    }
}

/// What undoes a fault that Loadgate does not know from inside.
public enum FaultUndo: Sendable {
    /// `undo: none`: there is nothing to undo.
    case nothing
    /// A program and its arguments.
    case command([Text])
    /// A request.
    case request(VerifiedRequest)
}

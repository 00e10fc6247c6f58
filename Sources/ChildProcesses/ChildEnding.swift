/// How a program ended. A code that isn't 0 is a result, not an error.
public enum ChildEnding: Equatable, Sendable, CustomStringConvertible {
    /// It ended by itself.
    case exited(code: Int32)
    /// A signal ended it.
    case signalled(Int32)
    /// Whoever followed it was killed, and it with them.
    case unknown

    /// The ending that a status of waitpid(2) stands for.
    init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(signal)
    }

    /// True where it exited with 0.
    public var isSuccess: Bool { self == .exited(code: 0) }

    /// What is said of it: "exited with code 1".
    public var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signalled(let number): "was ended by signal \(number)"
        case .unknown: "ended, how is not known"
        }
    }
}

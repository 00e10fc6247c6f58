import Glibc

/// A system call that failed.
public struct SystemError: Error, Sendable, CustomStringConvertible {
    /// The error's number (errno).
    public var code: Int32
    /// The call.
    public var doing: String

    /// Makes an error.
    public init(code: Int32, doing: String) {
        self.code = code
        self.doing = doing
    }

    /// The call and the system's words.
    public var description: String { "\(doing): \(String(cString: strerror(code)))" }
}

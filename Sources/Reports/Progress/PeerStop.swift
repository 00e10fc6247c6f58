/// Why a process that carries a part of a load was told to stop by another one.
public struct PeerStop: Codable, Equatable, Sendable {
    /// What became of the other one.
    public enum Cause: String, Codable, CaseIterable, Sendable {
        /// A signal ended it.
        case interrupted
        /// A broken objective with `abort` ended it.
        case aborted
        /// It shows no more that it lives.
        case lost
    }

    /// The other one's segment, from 0.
    public var segment: Int
    /// What became of it.
    public var cause: Cause
    /// The same in words.
    public var reason: String

    /// Makes it of its parts.
    public init(segment: Int, cause: Cause, reason: String) {
        self.segment = segment
        self.cause = cause
        self.reason = reason
    }
}

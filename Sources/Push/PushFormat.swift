public import Fetch
public import Measures

/// A way to send what a run measures to a receiver while it goes on, a request a second.
public protocol PushFormat: Sendable {
    /// By what `--push NAME=URL` asks for it.
    static var name: String { get }
    /// An argument of `--push` that it takes, for messages.
    static var example: String { get }

    /// Makes the target of an argument.
    ///
    /// - Parameters:
    ///   - address: What stands behind `NAME=`; nil: nothing.
    ///   - environment: The environment that is asked for what the address does not say.
    /// - Throws: Why that is no target.
    static func target(
        _ address: PushAddress?, environment: [String: String]
    ) throws(UnusablePush) -> PushTarget

    /// True where a message holds all of the run up to its end, so that the next one makes up for one that was lost.
    var isCumulative: Bool { get }

    /// What a request carries.
    func message(_ snapshot: PushSnapshot) -> [UInt8]

    /// What an answer means.
    func reception(of answer: FetchAnswer) -> Reception
}

/// All ways to push.
public enum PushFormats {
    /// In the order of the documentation.
    public static let all: [any PushFormat.Type] = [OTLPFormat.self, InfluxFormat.self]
}

/// What came of a message.
public enum Reception: Sendable, Equatable {
    /// It was taken.
    case taken
    /// It was taken but for so many of its points, and why.
    case partly(rejected: UInt64, reason: String)
    /// It may be taken later: after how long, where the receiver says it, and why not now.
    case later(after: Span?, reason: String)
    /// It is never taken, and why.
    case refused(reason: String)
}

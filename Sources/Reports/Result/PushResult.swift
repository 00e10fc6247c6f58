internal import Scenarios
internal import VerificationKit

/// What came of pushing a run's figures to one receiver, as it stands in a result.
public struct PushResult: Codable, Equatable, Sendable {
    /// The kind of push and the URL, without user, password and query.
    public var to: String
    /// What stands with all that was pushed of the run: 32 digits.
    public var run: String
    /// Messages that were taken, one a second.
    public var sent: UInt64
    /// Messages that were not delivered, since the receiver was slow or not there.
    public var dropped: UInt64
    /// Messages that it refused.
    public var refused: UInt64
    /// Points that it refused of messages that it took; absent where there was none.
    public var rejectedPoints: UInt64?
    /// Whether it took the last message: the totals and what the run came to.
    public var isComplete: Bool
    /// Why something was not taken, at the latest time; absent where all was.
    public var reason: String?

    /// Makes it of its parts.
    public init(
        to: String, run: String, sent: UInt64, dropped: UInt64, refused: UInt64, rejectedPoints: UInt64? = nil,
        isComplete: Bool, reason: String? = nil
    ) {
        self.to = to
        self.run = run
        self.sent = sent
        self.dropped = dropped
        self.refused = refused
        self.rejectedPoints = rejectedPoints
        self.isComplete = isComplete
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case to
        case run = "run_id"
        case sent, dropped, refused
        case rejectedPoints = "rejected_points"
        case isComplete = "complete"
        case reason
    }

    /// True where the receiver has all.
    var hasAll: Bool { isComplete && dropped == 0 && refused == 0 && rejectedPoints == nil }

    /// In words: what the receiver has, and what it lacks and why.
    var shown: String {
        func number(_ count: UInt64, _ noun: String) -> String {
            counted(Int(clamping: count), noun, shownAs: Figure.grouped(count))
        }
        var parts = ["\(number(sent, "message")) and \(isComplete ? "the end" : "not the end") taken"]
        if dropped > 0 { parts.append("\(Figure.grouped(dropped)) not delivered") }
        if refused > 0 { parts.append("\(Figure.grouped(refused)) refused") }
        if let rejectedPoints { parts.append("\(number(rejectedPoints, "point")) rejected") }
        return parts.joined(separator: ", ") + (hasAll ? "" : reason.map { ": \($0)" } ?? "")
    }
}

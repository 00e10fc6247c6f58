import NIOConcurrencyHelpers

/// What requests were answered in a run, so that the same request can be held to the same answer. Shared by all reactors
/// of a process, bounded, and striped, so that they hardly ever wait for each other.
final class AnswerMemory: Sendable {
    /// What an answer is to the one that came first.
    enum Finding: Equatable {
        case first
        case same
        /// `before`: the first answer's values as they are shown.
        case differs(before: String)
        /// The memory is full, and this request not in it.
        case notCompared
    }

    private struct Entry {
        var digest: UInt64
        var shown: String
    }

    /// Requests that are remembered at most. Each takes about 100 bytes.
    static let bound = 200_000
    private static let stripeCount = 16

    private let stripes: [NIOLockedValueBox<[UInt64: Entry]>]
    private let boundOfStripe: Int

    init(bound: Int = AnswerMemory.bound) {
        boundOfStripe = max(1, bound / Self.stripeCount)
        stripes = (0..<Self.stripeCount).map { _ in NIOLockedValueBox([:]) }
    }

    /// Holds an answer against the first one to the same request, or remembers it as the first. `request` and `answer` are
    /// well-mixed numbers for the two; `shown`: the answer's values, made only where they are to be remembered.
    func compare(request: UInt64, answer: UInt64, shown: () -> String) -> Finding {
        stripes[Int(request % UInt64(Self.stripeCount))].withLockedValue { entries in
            if let entry = entries[request] {
                return entry.digest == answer ? .same : .differs(before: entry.shown)
            }
            guard entries.count < boundOfStripe else { return .notCompared }
            entries[request] = Entry(digest: answer, shown: shown())
            return .first
        }
    }
}

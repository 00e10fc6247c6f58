import NIOConcurrencyHelpers

/// The memory for bodies of requests that are still arriving, or wait to be answered, of all connections of a port: each of
/// them is bounded, and so is their sum.
final class BodyBudget: Sendable {
    private let taken = NIOLockedValueBox(0)
    private let limit: Int

    /// - Parameter limit: in bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes are taken.
    var bytes: Int { taken.withLockedValue { $0 } }

    /// Takes so many bytes more; false where there aren't as many left.
    func take(_ count: Int) -> Bool {
        taken.withLockedValue { taken in
            guard count <= limit - taken else { return false }
            taken += count
            return true
        }
    }

    /// Gives bytes back.
    func giveBack(_ count: Int) { taken.withLockedValue { $0 -= count } }
}

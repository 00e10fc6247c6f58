public import Measures

/// What somebody wants of loads that run.
public struct LoadOrder: Equatable, Sendable {
    /// What is to become of a load's pace.
    public enum Wish: Equatable, Sendable {
        /// This pace.
        case pace(LoadPace)
        /// So many tenths of the planned rate more, or less.
        case step(Int)
        /// A pause where it goes on, else that it goes on as before.
        case pauseOrGoOn
    }

    /// The load's number; nil: all loads.
    public var load: Int?
    /// What is to become of it.
    public var wish: Wish

    /// Makes an order.
    public init(_ wish: Wish, load: Int? = nil) {
        self.wish = wish
        self.load = load
    }
}

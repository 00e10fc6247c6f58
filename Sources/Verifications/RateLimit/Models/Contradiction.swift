/// Admissions that a way of counting doesn't allow, whatever the instants of the decisions.
struct Excess: Equatable {
    /// How many were admitted.
    var admitted: Int
    /// The span within which they certainly were.
    var from: Double
    var to: Double
    /// How many could have been.
    var allowed: Double
}

/// A rejection that a way of counting doesn't explain, whatever the instants of the decisions.
struct Starvation: Equatable {
    /// When it was, at the earliest and at the latest.
    var from: Double
    var to: Double
    /// How many requests can at most have counted against it.
    var counted: Double
    /// How many it would have taken.
    var needed: Double
}

/// How observed decisions stand to a way of counting.
struct Account: Equatable {
    var excess: Excess?
    var starvation: Starvation?
    /// True where there are instants and a phase that explain all of it. False may also be because what explains the
    /// admissions doesn't explain the rejections.
    var isExplained: Bool

    static let explained = Account(excess: nil, starvation: nil, isExplained: true)

    init(excess: Excess?, starvation: Starvation?, isExplained: Bool) {
        self.excess = excess
        self.starvation = starvation
        self.isExplained = isExplained
    }

    init(excess: Excess?, starvation: Starvation?) {
        self.init(excess: excess, starvation: starvation, isExplained: excess == nil && starvation == nil)
    }
}

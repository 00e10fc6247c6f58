/// One decision of a limiter about one client: what it was, and between which instants it fell.
///
/// Instants are seconds from the beginning of the verification. The limiter has decided after the request was sent and
/// before its answer had come, so that nothing is assumed about the way between.
struct LimiterDecision: Equatable {
    var earliest: Double
    var latest: Double
    var isAdmitted: Bool
}

/// When each of several events can have happened, in the order in which they happened.
///
/// Of events with the bounds [earliest, latest], the k-th to happen did so between the k-th smallest `earliest` and the
/// k-th smallest `latest`: that many had begun by then, and that many were over. So which event was the k-th need not be
/// known, and one late answer among many widens little.
struct OrderedBounds: Equatable {
    /// Ascending.
    let earliest: [Double]
    /// Ascending.
    let latest: [Double]

    init(_ decisions: some Sequence<LimiterDecision>) {
        earliest = decisions.map(\.earliest).sorted()
        latest = decisions.map(\.latest).sorted()
    }

    private init(earliest: [Double], latest: [Double]) {
        self.earliest = earliest
        self.latest = latest
    }

    /// The bounds after a change that keeps their order.
    func mapped(_ earliest: (Double) -> Double, _ latest: (Double) -> Double) -> OrderedBounds {
        OrderedBounds(earliest: self.earliest.map(earliest), latest: self.latest.map(latest))
    }

    var count: Int { earliest.count }

    /// How many can have happened by the instant, itself included.
    func begun(by instant: Double) -> Int { Self.first(in: earliest) { $0 > instant } }

    /// How many can have happened before the instant.
    func begun(before instant: Double) -> Int { Self.first(in: earliest) { $0 >= instant } }

    /// How many have certainly happened before the instant.
    func over(before instant: Double) -> Int { Self.first(in: latest) { $0 >= instant } }

    /// How many have certainly happened by the instant, itself included.
    func over(by instant: Double) -> Int { Self.first(in: latest) { $0 > instant } }

    /// The first place whose value meets a condition that holds from there on; the count where none does.
    static func first(in ascending: [Double], where condition: (Double) -> Bool) -> Int {
        var low = 0
        var high = ascending.count
        while low < high {
            let middle = (low + high) / 2
            if condition(ascending[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// All that a limiter decided about a client that was unknown to it before, or had rested.
struct ClientHistory: Equatable {
    /// Those that admitted.
    let admitted: OrderedBounds
    /// All.
    let all: OrderedBounds
    /// The decisions that admitted, by the earliest instant.
    let admissions: [LimiterDecision]
    /// The decisions that rejected, by the earliest instant.
    let rejections: [LimiterDecision]
    /// Of each rejection, how many admissions were certainly before it, and how many can have been. A coarser clock
    /// doesn't change that.
    let ranks: [Range<Int>]

    init(_ decisions: [LimiterDecision]) {
        let sorted = decisions.sorted { $0.earliest < $1.earliest }
        admissions = sorted.filter(\.isAdmitted)
        rejections = sorted.filter { !$0.isAdmitted }
        admitted = OrderedBounds(admissions)
        all = OrderedBounds(sorted)
        let bounds = admitted
        ranks = rejections.map { bounds.over(before: $0.earliest)..<bounds.begun(by: $0.latest) }
    }

    /// The history after a change of instants that keeps their order.
    func mapped(_ earliest: (Double) -> Double, _ latest: (Double) -> Double) -> ClientHistory {
        func changed(_ decisions: [LimiterDecision]) -> [LimiterDecision] {
            decisions.map {
                LimiterDecision(
                    earliest: earliest($0.earliest), latest: latest($0.latest), isAdmitted: $0.isAdmitted)
            }
        }
        return ClientHistory(
            admitted: admitted.mapped(earliest, latest), all: all.mapped(earliest, latest),
            admissions: changed(admissions), rejections: changed(rejections), ranks: ranks)
    }

    private init(
        admitted: OrderedBounds, all: OrderedBounds, admissions: [LimiterDecision], rejections: [LimiterDecision],
        ranks: [Range<Int>]
    ) {
        self.admitted = admitted
        self.all = all
        self.admissions = admissions
        self.rejections = rejections
        self.ranks = ranks
    }

    /// The most that were certainly admitted within a window of this length, by conservative stamps.
    func most(within window: Double) -> (count: Int, from: Double, to: Double)? {
        var best: (count: Int, from: Double, to: Double)?
        var first = 0
        for last in 0..<admitted.count {
            while admitted.latest[last] - admitted.earliest[first] >= window, first < last { first += 1 }
            let count = last - first + 1
            if admitted.latest[last] - admitted.earliest[first] < window, count > best?.count ?? 0 {
                best = (count, admitted.earliest[first], admitted.latest[last])
            }
        }
        return best
    }
}

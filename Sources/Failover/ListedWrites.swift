import Measures
import Scenarios

/// What a list of all writes held, against the writes that were sent.
struct ListedWrites {
    /// Numbers of this run's writes that were listed.
    private(set) var numbers = NumberSet()
    /// Those that only a later reading of the list had.
    private(set) var late = NumberSet()
    /// Those that are said to have been applied more than once.
    private var multiple = NumberSet()
    /// Those that were listed twice in the last reading, and those of them in the reading before, too; nil: there was none.
    private var suspected: NumberSet?
    private var confirmed: NumberSet?
    /// Of the reading at hand: those that stand twice in it, those whose second place is only the beginning of a page that
    /// the page before ended with, and how many pages could begin so.
    private var inner = NumberSet()
    private var overlaps = NumberSet()
    private var boundaries: UInt64 = 0
    /// The last item of the page before; nil: none, or it is not the run's.
    private var last: UInt64?
    /// Those of which the list does not tell how often they were applied though it should.
    private(set) var untold = NumberSet()
    /// Ids of this run that no write has.
    private(set) var strangers: Set<UInt64> = []
    /// Ids of others in the last reading.
    private(set) var others: UInt64 = 0
    private(set) var otherExamples: [String] = []
    /// When the first reading began; nil: there was none.
    private(set) var began: Instant?
    private(set) var readings = 0

    private let attempted: NumberSet
    private let run: UInt64
    private let tellsApplied: Bool
    private let sharesIDs: Bool
    private var seen = NumberSet()
    private static let mostStrangers = 1_000_000
    private static let examples = 1_000

    /// - Parameters:
    ///   - attempted: The numbers of all writes that were sent.
    ///   - run: What the run's ids have in common.
    ///   - list: What the list tells.
    init(attempted: NumberSet, run: UInt64, _ list: AuditList?) {
        self.attempted = attempted
        self.run = WriteID(run: run, number: 0).run
        tellsApplied = list?.applied != nil
        sharesIDs = list?.sharesIDs ?? false
    }

    /// The list is read from its first page on.
    mutating func begin(at instant: Instant) {
        began = began ?? instant
        readings += 1
        seen = NumberSet()
        (others, otherExamples) = (0, [])
        (inner, overlaps, boundaries, last) = (NumberSet(), NumberSet(), 0, nil)
    }

    /// Takes a page.
    mutating func take(_ items: [ListPage.Item]) {
        let before = last
        if before != nil, !items.isEmpty { boundaries += 1 }
        for (index, item) in items.enumerated() {
            last = nil
            guard let id = WriteID(item.id), id.run == run else {
                others += 1
                if otherExamples.count < Self.examples { otherExamples.append(item.id) }
                continue
            }
            guard attempted.contains(id.number) else {
                if !sharesIDs, strangers.count < Self.mostStrangers { strangers.insert(id.number) }
                continue
            }
            last = id.number
            if numbers.insert(id.number), readings > 1 { late.insert(id.number) }
            if !seen.insert(id.number) {
                if index == 0, id.number == before { overlaps.insert(id.number) } else { inner.insert(id.number) }
            }
            if item.applied ?? 1 > 1 { multiple.insert(id.number) }
            if tellsApplied, item.applied == nil { untold.insert(id.number) }
        }
    }

    /// The reading is over. Where each page begins with what the one before ended with, that is how the list is cut into pages.
    mutating func end() {
        var twice = inner
        if overlaps.count < boundaries { twice.formUnion(overlaps) }
        if var both = suspected {
            both.formIntersection(twice)
            confirmed = both
        }
        suspected = twice
    }

    /// True where something stands in the list twice, which one reading alone doesn't show: what comes in late moves the others
    /// from page to page.
    var isInDoubt: Bool { confirmed == nil && suspected.map { $0.count > 0 } ?? false }

    /// Those that were applied more than once: the list says so, or has them twice whenever it is read.
    var repeated: NumberSet {
        var repeated = multiple
        if let confirmed { repeated.formUnion(confirmed) }
        return repeated
    }
}

import Measures

/// What goes out at one instant: an exchange by itself, or those of a group.
final class ReleaseUnit {
    /// Its order among the units of its batch.
    let number: Int
    /// When it is to be released, from the beginning of the batch.
    let offset: Span
    let isGroup: Bool
    private(set) var members: [ExchangeCourse] = []
    /// What it waits for before connections are made: its time, and each of its lanes.
    var hindrances = 1
    /// Members that are not ready yet, and have not ended.
    var missing = 0
    var isReleased = false

    /// How long before its offset connections are made. Both are shorter than any server waits for a request. A group's
    /// connections are many, and all must be there; a single one needs what a distant handshake with TLS takes.
    var lead: Span { Span(nanoseconds: isGroup ? 1_000_000_000 : 250_000_000) }

    private init(number: Int, offset: Span, isGroup: Bool) {
        self.number = number
        self.offset = offset
        self.isGroup = isGroup
    }

    /// The units of a batch in the order of their release. A group larger than `bound` is released in parts, one after
    /// the other, since so many connections are not to be had at once. Of several members of a group with one lane the
    /// first has it, the others have new connections.
    static func units(of batch: [PlannedExchange], bound: Int) -> [ReleaseUnit] {
        var parts: [(offset: Span, places: [Int])] = []
        var groups: [Int: Int] = [:]
        for (index, planned) in batch.enumerated() {
            let offset = Self.bounded(planned.offset)
            guard let group = planned.group else {
                parts.append((offset, [index]))
                continue
            }
            if let part = groups[group], parts[part].places.count < bound {
                parts[part].places.append(index)
                parts[part].offset = max(parts[part].offset, offset)
            } else {
                groups[group] = parts.count
                parts.append((offset, [index]))
            }
        }
        let order = parts.indices.sorted { (parts[$0].offset, $0) < (parts[$1].offset, $1) }
        return order.enumerated().map { number, part in
            let places = parts[part].places
            let isGroup = batch[places[0]].group != nil
            let unit = ReleaseUnit(number: number, offset: parts[part].offset, isGroup: isGroup)
            unit.takeMembers(batch, places)
            return unit
        }
    }

    private func takeMembers(_ batch: [PlannedExchange], _ places: [Int]) {
        var lanes: Set<Int> = []
        for index in places {
            var lane: Int?
            if case .kept(let number) = batch[index].lane, lanes.insert(number).inserted { lane = number }
            members.append(ExchangeCourse(batch[index], index: index, unit: self, lane: lane))
        }
        missing = members.count
    }

    /// Members know their unit, so a batch that is over lets go of them.
    func dissolve() { members = [] }

    /// Between now and some years.
    static func bounded(_ span: Span) -> Span { max(.zero, min(span, Span(nanoseconds: .max / 4))) }
}

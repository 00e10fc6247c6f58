public import Measures

/// What an address of the load's endpoints got in a drill.
public struct AddressUse: Sendable, Equatable {
    /// The numeric address.
    public var address: String
    /// Requests by second of their sending, from the start of the load; those that were meant for it and found no connection are
    /// among them.
    public var sent: [Int] = []
    /// Those of them that failed.
    public var failed: [Int] = []
    /// When the last one between t₀ and the first restore was sent, from t₀; nil: none was.
    public var last: Span? { [lastFresh, lastPooled].compactMap(\.self).max() }
    /// The same of those for which a connection was opened.
    public var lastFresh: Span?
    /// The same of those over kept connections.
    public var lastPooled: Span?

    /// Makes one of an address that got nothing.
    public init(address: String) { self.address = address }
}

/// Takes note of which address got what, second by second: who sends to whom tells of the senders, also where nobody answers.
struct AddressLog: Sendable {
    /// One second of one address, by the steps' own numbers of it.
    private struct Second {
        var good: Int32 = 0
        var bad: Int32 = 0
        /// The last sends in it; 0: there was none.
        var lastFresh = Instant(nanoseconds: 0)
        var lastPooled = Instant(nanoseconds: 0)
    }

    private struct Key: Hashable {
        var step: UInt16
        var address: UInt16
    }

    private var seconds: [Key: [Second]] = [:]

    /// Pairs of a step and an address that are kept apart at most; further ones are left out.
    private static let most = 256

    mutating func take(_ attempt: Attempt, start: Instant) {
        guard attempt.address != Attempt.noAddress, attempt.sent >= start else { return }
        let key = Key(step: attempt.step, address: attempt.address)
        let index = Int((attempt.sent - start).nanoseconds / 1_000_000_000)
        var list = seconds[key] ?? []
        if list.isEmpty, seconds.count >= Self.most { return }
        // Changed in place: nobody else holds it meanwhile.
        seconds[key] = nil
        while list.count <= index { list.append(Second()) }
        if attempt.outcome == .ok { list[index].good += 1 } else { list[index].bad += 1 }
        if attempt.isFresh {
            list[index].lastFresh = max(list[index].lastFresh, attempt.sent)
        } else {
            list[index].lastPooled = max(list[index].lastPooled, attempt.sent)
        }
        seconds[key] = list
    }

    /// What each address got, in the order of the addresses.
    ///
    /// - Parameters:
    ///   - addresses: For each step the addresses of its endpoint, by their numbers in attempts.
    ///   - t0: When the first fault took effect; nil: none did.
    ///   - restored: When the first one was undone, or the load ended.
    func uses(
        of addresses: [[String]], start: Instant, between t0: Instant?, and restored: Instant
    ) -> [AddressUse] {
        var uses: [String: AddressUse] = [:]
        for (key, list) in seconds {
            guard addresses.indices.contains(Int(key.step)),
                addresses[Int(key.step)].indices.contains(Int(key.address))
            else { continue }
            let address = addresses[Int(key.step)][Int(key.address)]
            var use = uses[address] ?? AddressUse(address: address)
            while use.sent.count < list.count {
                use.sent.append(0)
                use.failed.append(0)
            }
            for (index, second) in list.enumerated() {
                use.sent[index] += Int(second.good + second.bad)
                use.failed[index] += Int(second.bad)
                guard let t0 else { continue }
                use.lastFresh = Self.later(use.lastFresh, second.lastFresh, t0, restored)
                use.lastPooled = Self.later(use.lastPooled, second.lastPooled, t0, restored)
            }
            uses[address] = use
        }
        let length = uses.values.map(\.sent.count).max() ?? 0
        return uses.values.sorted { $0.address < $1.address }.map { use in
            var use = use
            use.sent += Array(repeating: 0, count: length - use.sent.count)
            use.failed += Array(repeating: 0, count: length - use.failed.count)
            return use
        }
    }

    private static func later(_ known: Span?, _ sent: Instant, _ t0: Instant, _ restored: Instant) -> Span? {
        guard sent >= t0, sent < restored else { return known }
        return max(known ?? .zero, sent - t0)
    }
}

import Measures
import Scenarios

/// Which of each origin's addresses a new connection tries, by their numbers. With `pick: first` that is the one that last
/// accepted a connection.
struct PreferredAddresses {
    private let pick: DNSSettings.Pick
    /// For each origin the numbers of the addresses that it has now.
    private var current: [[Int]]
    private var preferred: [Int]
    private var random: SeededRandom

    /// `counts`: how many addresses each origin has at first. `part`: the number of the reactor, so that not all begin with
    /// the same one.
    init(counts: [Int], pick: DNSSettings.Pick = .first, part: Int = 0) {
        self.pick = pick
        current = counts.map { Array(0..<$0) }
        preferred = counts.map { pick == .rotate && $0 > 0 ? part % $0 : 0 }
        random = SeededRandom(seed: UInt64(truncatingIfNeeded: part) &+ UInt64.random(in: .min ... .max))
    }

    /// The origin has these addresses from now on.
    mutating func replace(_ origin: Int, with numbers: [Int]) {
        current[origin] = numbers
        preferred[origin] = pick == .first ? numbers.first ?? 0 : preferred[origin]
    }

    /// The number of the address to try first; -1 where there is none.
    mutating func first(of origin: Int) -> Int {
        let count = current[origin].count
        guard count > 0 else { return -1 }
        switch pick {
        case .first: return preferred[origin]
        case .rotate:
            preferred[origin] = (preferred[origin] + 1) % count
            return current[origin][preferred[origin]]
        case .random: return current[origin][Int(random.below(UInt64(count)))]
        }
    }

    /// The number of the address to try when one did not let us connect; nil when `attempts` say that all were tried.
    func next(after address: Int, of origin: Int, attempts: Int) -> Int? {
        attempts < current[origin].count ? following(address, of: origin) : nil
    }

    /// The address accepted a connection.
    mutating func prefer(_ address: Int, of origin: Int) {
        // One that the name doesn't have any more may still accept what was on its way to it.
        if pick == .first, current[origin].contains(address) { preferred[origin] = address }
    }

    /// The address doesn't answer: new connections begin with the one after it, unless they begin elsewhere already.
    mutating func avoid(_ address: Int, of origin: Int) {
        guard pick == .first, preferred[origin] == address, let next = following(address, of: origin) else { return }
        preferred[origin] = next
    }

    private func following(_ address: Int, of origin: Int) -> Int? {
        let numbers = current[origin]
        guard let index = numbers.firstIndex(of: address) else { return numbers.first }
        return numbers[(index + 1) % numbers.count]
    }
}

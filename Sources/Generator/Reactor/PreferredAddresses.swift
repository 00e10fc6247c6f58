/// Which of each origin's addresses a new connection tries first: the one that last accepted a connection.
struct PreferredAddresses {
    private let counts: [Int]
    private var preferred: [Int]

    /// `counts`: how many addresses each origin has.
    init(counts: [Int]) {
        self.counts = counts
        preferred = Array(repeating: 0, count: counts.count)
    }

    /// The index of the address to try first.
    func first(of origin: Int) -> Int { preferred[origin] }

    /// The index of the address to try when one did not let us connect; nil when `attempts` say that all were tried.
    func next(after address: Int, of origin: Int, attempts: Int) -> Int? {
        attempts < counts[origin] ? (address + 1) % counts[origin] : nil
    }

    /// The address accepted a connection.
    mutating func prefer(_ address: Int, of origin: Int) { preferred[origin] = address }

    /// The address doesn't answer: new connections begin with the one after it, unless they begin elsewhere already.
    mutating func avoid(_ address: Int, of origin: Int) {
        if preferred[origin] == address { preferred[origin] = (address + 1) % counts[origin] }
    }
}

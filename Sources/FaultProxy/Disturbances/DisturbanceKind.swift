import Measures
import Scenarios

/// A kind of disturbance: one file each, and a line in `DisturbanceKinds`.
protocol DisturbanceKind: Sendable {
    /// Toxiproxy's name of the kind; nil where it has none.
    static var toxic: String? { get }
    /// With all of Toxiproxy's attributes 0.
    init()

    /// Its attributes by Toxiproxy's names and in its units.
    var attributes: [(name: String, value: Int64)] { get }
    /// Changes one of them.
    mutating func set(_ attribute: String, to value: Int64)
    /// Says what can't be meant; nil: nothing.
    var problem: String? { get }

    /// What it does to the bytes of one direction of a connection that it strikes.
    func shape(_ rules: inout LaneRules, of strike: Strike)
    /// What it does to the connection as a whole.
    func shape(_ rules: inout ConnectionRules, of strike: Strike)
}

extension DisturbanceKind {
    var attributes: [(name: String, value: Int64)] { [] }
    mutating func set(_ attribute: String, to value: Int64) {}
    var problem: String? { nil }
    func shape(_ rules: inout LaneRules, of strike: Strike) {}
    func shape(_ rules: inout ConnectionRules, of strike: Strike) {}
}

/// A disturbance meets a connection.
struct Strike {
    /// Since when it does: both are there.
    var began: Instant
    /// Bytes that had passed in the direction by then.
    var passed: Int64
    var count: StrikeCount
}

/// All kinds, and what they are made of.
enum DisturbanceKinds {
    static let all: [any DisturbanceKind.Type] = [
        Latency.self, Bandwidth.self, SlowClose.self, Timeout.self, ResetPeer.self, Slicer.self, LimitData.self,
        Blackhole.self, Refusal.self,
    ]

    /// The kind of a toxic; nil where none is called so.
    static func kind(toxic: String) -> (any DisturbanceKind)? { all.first { $0.toxic == toxic }?.init() }

    /// The kind of a fault, and what its disturbances are called.
    static func kind(of disturbance: ProxyFault.Disturbance) -> (kind: any DisturbanceKind, name: String) {
        switch disturbance {
        case .latency(let delay, let jitter): (Latency(delay: Span(delay), jitter: Span(jitter)), "latency")
        case .bandwidth(let rate): (Bandwidth(rate: rate), "bandwidth")
        case .blackhole: (Blackhole(), "blackhole")
        case .reset(let after): (ResetPeer(after: Span(after)), "reset")
        case .refuse: (Refusal(), "refuse")
        case .slowClose(let delay): (SlowClose(delay: Span(delay)), "slow_close")
        case .slice(let bytes, let variation, let pause):
            (Slicer(size: bytes, variation: variation, pause: Span(pause)), "slice")
        case .limitData(let bytes): (LimitData(bytes: Int64(bytes)), "limit_data")
        }
    }
}

extension Span {
    /// A span of so many units, as Toxiproxy's attributes have them: below zero there is none.
    init(_ count: Int64, of unit: Int64) {
        let (product, overflow) = max(0, count).multipliedReportingOverflow(by: unit)
        // Half of what fits: instants are added to it.
        self.init(nanoseconds: overflow ? .max / 2 : min(product, .max / 2))
    }

    /// Whole milliseconds, rounded.
    var wholeMilliseconds: Int64 { (nanoseconds / 500_000 + 1) / 2 }
}

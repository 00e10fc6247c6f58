import Measures
import Scenarios

/// A disturbance of a proxy's connections that is in force.
struct Disturbance: Sendable {
    /// Its number; no other of the process has it.
    let number: UInt64
    /// Its name in the proxy.
    let name: String
    let direction: ProxyFault.Direction
    /// The share of connections that it strikes, 0...1.
    var toxicity: Double
    var kind: any DisturbanceKind
    /// When it came into force.
    let began: Instant

    /// True where it strikes a connection: decided once for both, whatever happens later. 0 strikes none, 1 all.
    func strikes(connection seed: UInt64) -> Bool {
        SeededRandom.unit(SeededRandom.number(seed: seed, index: number)) <= toxicity
    }

    /// True where it is about bytes of a direction: 0 from the client, 1 from the upstream.
    func touches(lane: Int) -> Bool { direction == .both || (direction == .upstream) == (lane == 0) }
}

/// How often a disturbance struck. Belongs to the thread of its worker.
final class StrikeCount {
    var value = 0
}

import NIOConcurrencyHelpers

/// A place that Paintbox runs in.
struct Region: Equatable, Sendable {
    let index: Int
    let name: String

    static let primary = Region(index: 0, name: "iad")
    static let secondary = Region(index: 1, name: "ord")
    /// Stands for answers that the edge gave without a region.
    static let edge = Region(index: 2, name: "edge")

    /// The regions in the order of preference.
    static let all = [primary, secondary]
}

/// Which regions are well, and which of them the edge knows to be well.
///
/// The edge learns of a change by its next health check, as a real one does: until then it goes on sending.
final class Regions: Sendable {
    /// The state of one region.
    struct Health: Equatable, Sendable {
        /// What the region answers to a health check.
        var isHealthy = true
        /// Whether it still answers requests; one that doesn't fails them with 503 until the edge turns away.
        var isServing = true
        /// Whether the edge sends to it: the health at the last check.
        var isRouted = true
    }

    private let health = NIOLockedValueBox([Health](repeating: Health(), count: Region.all.count))
    private let checksAtOnce: Bool

    /// - Parameter checksAtOnce: the edge knows of every change at once; ``check()`` need not be called.
    init(checksAtOnce: Bool) {
        self.checksAtOnce = checksAtOnce
    }

    /// The first region that was well when last checked.
    func route() -> Region? {
        health.withLockedValue { health in
            Region.all.first { health[$0.index].isRouted }
        }
    }

    /// Whether a region answers requests.
    func isServing(_ region: Region) -> Bool {
        health.withLockedValue { $0[region.index].isServing }
    }

    /// Changes how a region is.
    func set(_ region: Region, isHealthy: Bool, isServing: Bool) {
        health.withLockedValue { health in
            health[region.index].isHealthy = isHealthy
            health[region.index].isServing = isServing
            if checksAtOnce { health[region.index].isRouted = isHealthy }
        }
    }

    /// Carries out the health check of all regions.
    func check() {
        health.withLockedValue { health in
            for index in health.indices { health[index].isRouted = health[index].isHealthy }
        }
    }

    /// The state of all regions, in the order of ``Region/all``.
    var states: [Health] { health.withLockedValue { $0 } }
}

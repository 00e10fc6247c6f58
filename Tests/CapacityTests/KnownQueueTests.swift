import Capacity
import Foundation
import Testing

/// Servers whose capacity is known, ten searches each with settings as `loadgate capacity` has them.
@Suite("Capacities that are known") struct KnownQueueTests {
    private static func settings() -> CapacitySettings {
        var settings = CapacitySettings(from: 20, to: 10_000)
        settings.longest = 30
        settings.allowed = [0.05, 0.01]
        return settings
    }

    /// Of ten searches those that are off by at most 5 %, and those whose interval holds the capacity.
    private func found(_ queue: (UInt64) -> QueueSimulation, capacity: Double) -> (
        near: Int, within: Int, longest: Double
    ) {
        var (near, within, longest) = (0, 0, 0.0)
        for seed in UInt64(1)...10 {
            var queue = queue(seed &* 7919)
            let (answer, seconds) = queue.capacity(Self.settings())
            longest = max(longest, seconds)
            if let rate = answer.rate, abs(rate / capacity - 1) <= 0.05 { near += 1 }
            if let low = answer.low, let high = answer.high, low <= capacity, capacity <= high { within += 1 }
            #expect(answer.limit == .target(.objective(0)) || answer.limit == .target(.growth))
        }
        return (near, within, longest)
    }

    @Test("M/M/4: Erlang's capacity is found within 5 % in nine of ten searches, and lies in the interval")
    func exponential() {
        // Four workers of 10 ms answer 400/s; 5 % take longer than 50 ms from 326/s on.
        let capacity = ErlangQueue.capacity(workers: 4, service: 0.01, limit: 0.05)
        #expect(abs(capacity - 326) < 1)
        let (near, within, longest) = found(
            { QueueSimulation(workers: 4, service: 0.01, .exponential, limit: 0.05, seed: $0) }, capacity: capacity)
        #expect(near >= 9)
        #expect(within >= 9)
        // Ten minutes are what it has.
        #expect(longest < 600)
    }

    @Test("M/M/1: a long queue's capacity, likewise") func single() {
        // One worker of 5 ms: P(T > 50 ms) = exp(−(200 − λ) · 0.05) = 0.05 at λ = 200 − ln 20 / 0.05 = 140.1/s.
        let capacity = ErlangQueue.capacity(workers: 1, service: 0.005, limit: 0.05)
        #expect(abs(capacity - 140.1) < 0.1)
        let (near, within, _) = found(
            { QueueSimulation(workers: 1, service: 0.005, .exponential, limit: 0.05, seed: $0) }, capacity: capacity)
        #expect(near >= 9)
        #expect(within >= 9)
    }

    @Test("M/D/4: likewise") func constant() {
        // By a simulation of 200 million arrivals: 5 % take longer than 30 ms from 336/s on.
        let (near, within, _) = found(
            { QueueSimulation(workers: 4, service: 0.01, .constant, limit: 0.03, seed: $0) }, capacity: 336)
        #expect(near >= 9)
        #expect(within >= 9)
    }

    @Test("evenly spaced arrivals at constant service: all of 400/s, by the queue that grows beyond")
    func deterministic() {
        let (near, within, _) = found(
            { QueueSimulation(workers: 4, service: 0.01, .constant, .even, limit: 0.05, seed: $0) }, capacity: 400)
        #expect(near == 10)
        #expect(within == 10)
    }
}

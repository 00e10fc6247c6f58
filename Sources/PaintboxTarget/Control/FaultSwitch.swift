import NIOConcurrencyHelpers
import NIOCore

/// The faults at hand, and the dice that say which requests they hit.
final class FaultSwitch: Sendable {
    /// What happens to one request.
    struct Plan: Equatable, Sendable {
        var drops = false
        var fails = false
        var latency: TimeAmount?
        var calculationDelay: TimeAmount?
    }

    private struct State: Sendable {
        var faults = Faults()
        var frozenUntil: NIODeadline?
        var random: SplitMix64
    }

    private let state: NIOLockedValueBox<State>

    init(seed: UInt64) {
        state = NIOLockedValueBox(State(random: SplitMix64(seed: seed)))
    }

    /// The faults at hand.
    var faults: Faults { state.withLockedValue { $0.faults } }

    /// Replaces all faults. A freeze begins now; one that went on before ends.
    func set(_ faults: Faults, at now: NIODeadline) {
        state.withLockedValue { state in
            state.faults = faults
            let freeze = TimeAmount.milliseconds(Int64(faults.freezeMilliseconds))
            state.frozenUntil = faults.freezeMilliseconds > 0 ? now + freeze : nil
        }
    }

    /// Until when no answer of `region` may leave; nil if it isn't frozen.
    func frozenUntil(_ region: Region) -> NIODeadline? {
        state.withLockedValue { $0.faults.concerns(region) ? $0.frozenUntil : nil }
    }

    /// Throws the dice for a request to `region`.
    func plan(for region: Region) -> Plan {
        state.withLockedValue { state in
            var plan = Plan()
            let faults = state.faults
            guard faults.isActive, faults.concerns(region) else { return plan }
            // Dice are thrown only for faults that are on, so that a seed gives the same hits whatever else is set.
            if faults.dropRatio > 0 { plan.drops = state.random.share() < faults.dropRatio }
            if faults.errorRatio > 0 { plan.fails = state.random.share() < faults.errorRatio }
            if faults.latencyMilliseconds > 0, state.random.share() < faults.latencyShare {
                plan.latency = .nanoseconds(Int64(faults.latencyMilliseconds * 1e6))
            }
            if faults.calculationDelayMilliseconds > 0 {
                plan.calculationDelay = .milliseconds(Int64(faults.calculationDelayMilliseconds))
            }
            return plan
        }
    }
}

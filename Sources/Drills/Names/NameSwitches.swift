internal import NIOConcurrencyHelpers

/// The switches of names that are in force: several may lie over one another, and end in any order.
final class NameSwitches: Sendable {
    private struct Name {
        var original: [String]
        var inForce: [(id: Int, addresses: [String])] = []
    }

    private struct State {
        var names: [String: Name] = [:]
        var last = 0
    }

    private let state = NIOLockedValueBox(State())

    /// A switch comes into force. `now`: what the name has where no other is. Gives its id.
    func add(_ name: String, _ addresses: [String], now: [String]) -> Int {
        state.withLockedValue { state in
            state.last += 1
            state.names[name, default: Name(original: now)].inForce.append((state.last, addresses))
            return state.last
        }
    }

    /// A switch ends, or has ended. Gives what the name has to have then: what the newest other one says, or what it had first.
    func addresses(of name: String, without id: Int) -> [String]? {
        state.withLockedValue { state in
            state.names[name]?.inForce.removeAll { $0.id == id }
            return state.names[name].map { $0.inForce.last?.addresses ?? $0.original }
        }
    }
}

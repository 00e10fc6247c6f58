import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A real HTTP/1.1 server on loopback with an exact rate limiter, or with one that is wrong in a known way. Clients are
/// told apart by `X-API-Key`, else by address. It keeps connections, and has a thread for each.
public final class LimiterServer: Sendable {
    private struct State {
        var clients: [String: any LimiterCount] = [:]
        var inFlight = 0
        var admitted = 0
        var rejected = 0
        /// Rejections that the edge before the limiter has kept, by target, with the instant at which they were made.
        var cache: [String: (made: Int64, decision: LimiterDecision)] = [:]
    }

    private let listener: ThreadedListener
    private let state: NIOLockedValueBox<State>

    /// Starts it.
    public init(_ settings: LimiterSettings) throws {
        let state = NIOLockedValueBox(State())
        self.state = state
        let limiter = Limiter(settings: settings, state: state)
        listener = try ThreadedListener { descriptor, _ in
            if let channel = ServerChannel(descriptor, tls: nil) { limiter.serve(channel) }
        }
    }

    deinit { listener.stop() }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(listener.port)" }

    /// How many requests were admitted and rejected so far.
    public var counts: (admitted: Int, rejected: Int) { state.withLockedValue { ($0.admitted, $0.rejected) } }

    /// Closes everything.
    public func stop() { listener.stop() }

    /// What its connections share.
    private struct Limiter: Sendable {
        let settings: LimiterSettings
        let state: NIOLockedValueBox<State>

        func serve(_ channel: ServerChannel) {
            var input: [UInt8] = []
            let peer = PeerAddress.text(of: channel.descriptor)
            while let request = LimiterRequest.read(channel, &input) {
                guard channel.send(Array(answer(to: request, from: peer).utf8)) else { return }
            }
        }

        private func answer(to request: LimiterRequest, from peer: String) -> String {
            if let cached = cachedAnswer(to: request) { return cached }
            let decision = decide(request, from: peer)
            if !decision.isAdmitted, settings.defect == .rejectionCached {
                let now = settings.clock()
                state.withLockedValue { $0.cache[request.target] = (now, decision) }
            }
            return decision.response(settings, to: request.method, age: nil)
        }

        private func cachedAnswer(to request: LimiterRequest) -> String? {
            guard settings.defect == .rejectionCached else { return nil }
            let now = settings.clock()
            let found = state.withLockedValue { $0.cache[request.target] }
            guard let found, now - found.made < Int64(found.decision.resetSeconds) * 1_000_000_000 else { return nil }
            let age = Int((now - found.made) / 1_000_000_000)
            return found.decision.response(settings, to: request.method, age: age)
        }

        private func client(of request: LimiterRequest, from peer: String) -> String {
            if settings.defect == .sharedByAll { return "all" }
            if settings.defect == .spoofable, let claimed = request.field("X-Forwarded-For") { return "for \(claimed)" }
            return request.field("X-API-Key").map { "key \($0)" } ?? "address \(peer)"
        }

        private func decide(_ request: LimiterRequest, from peer: String) -> LimiterDecision {
            let isFree =
                settings.defect == .unlimitedHEAD && request.method == "HEAD"
                || settings.defect == .unlimitedPOST && request.method == "POST"
            let client = client(of: request, from: peer)
            if isFree { return state.withLockedValue { look($0.clients[client] ?? settings.makeCount(), true) } }
            switch settings.defect {
            case .race: return race(client)
            case .failsOpen: return failOpen(client)
            default: return state.withLockedValue { take(&$0, client) }
            }
        }

        /// Look-up, decision and counting under one lock, at one instant.
        private func take(_ state: inout State, _ client: String) -> LimiterDecision {
            var count = state.clients[client] ?? settings.makeCount()
            count.advance(to: settings.clock())
            let isAdmitted = count.room > 0
            if isAdmitted { count.admit() } else { count.reject() }
            state.clients[client] = count
            note(isAdmitted, &state)
            return look(count, isAdmitted)
        }

        private func note(_ isAdmitted: Bool, _ state: inout State) {
            if isAdmitted { state.admitted += 1 } else { state.rejected += 1 }
        }

        private func look(_ count: any LimiterCount, _ isAdmitted: Bool) -> LimiterDecision {
            LimiterDecision(isAdmitted: isAdmitted, remaining: count.room, reset: count.untilMore)
        }

        /// Others look before this request is counted.
        private func race(_ client: String) -> LimiterDecision {
            let isAdmitted = state.withLockedValue { state in
                var count = state.clients[client] ?? settings.makeCount()
                count.advance(to: settings.clock())
                state.clients[client] = count
                return count.room > 0
            }
            usleep(2_000)
            return state.withLockedValue { state in
                var count = state.clients[client] ?? settings.makeCount()
                count.advance(to: settings.clock())
                if isAdmitted { count.admit() }
                state.clients[client] = count
                note(isAdmitted, &state)
                return look(count, isAdmitted)
            }
        }

        /// Each decision takes its time, as that of a store elsewhere; while too many are awaited, nobody waits.
        private func failOpen(_ client: String) -> LimiterDecision {
            let others = state.withLockedValue { state in
                defer { state.inFlight += 1 }
                return state.inFlight
            }
            usleep(5_000)
            return state.withLockedValue { state in
                state.inFlight -= 1
                guard others >= 8 else { return take(&state, client) }
                note(true, &state)
                return look(state.clients[client] ?? settings.makeCount(), true)
            }
        }
    }
}

/// What is sent as one client, to see one thing.
struct ProbeScript: Equatable {
    /// What it shows; the name that figures and evidence use.
    enum Kind: String, CaseIterable {
        /// Rest, burst, then load that goes on for a window, then a burst.
        case persistent
        /// Half of the burst, the other half after half a window, a burst after a whole one.
        case halves
        /// A request that begins a window, a burst just before its end, a burst just after it.
        case boundary
        /// Requests released together after a rest.
        case raceCold = "race_cold"
        /// The same once more, elsewhere in a window.
        case raceAgain = "race_again"
        /// All but one of a burst, then requests released together.
        case racePrimed = "race_primed"
        /// Blocked, then requests that pretend to be another client's, and by other methods.
        case blocked
        /// Blocked, then requests around the instant that the answers promised.
        case recovery
        /// A burst just before a boundary that was found, and one just after it.
        case clockBoundary = "clock_boundary"
        /// A burst, then requests for a window, to see where in it this client's boundary lies.
        case phase
        /// A burst, then load that goes on for two windows.
        case goingOn = "going_on"
        /// A few requests released together, to see whether answers wait for their turn.
        case pacing
        /// A burst released together, to see how many answers come before the others wait for their turn.
        case turns
        /// Requests as fast as several limits together allow.
        case together

        /// What it is about, for people.
        var purpose: String {
            switch self {
            case .persistent: "burst at rest, exhaust–wait–burst, load that persists"
            case .halves: "half and half"
            case .boundary: "across the end of a window"
            case .raceCold: "requests released together"
            case .raceAgain: "requests released together, elsewhere in the window"
            case .racePrimed: "one below the burst, then requests released together"
            case .blocked: "a blocked client in disguise, and by other methods"
            case .recovery: "recovery when promised"
            case .clockBoundary: "across the boundary that was found"
            case .phase: "where the client's own boundary lies"
            case .goingOn: "load that goes on for two windows"
            case .turns: "how many answers come at once"
            case .together: "as fast as all limits together allow"
            case .pacing: "whether answers wait for their turn"
            }
        }
    }

    /// Several requests that go out at one time.
    struct Shot: Equatable {
        /// What the requests are for.
        enum Tag: Equatable {
            case plain
            /// With a header field that names another client.
            case spoof(String)
            /// By another method.
            case method(String)
            /// Before the promised instant, and after it.
            case early
            case late
        }

        /// Seconds from the script's beginning.
        var at: Double
        var count: Int
        /// Released together, each on a connection of its own; else one after the other on few connections.
        var isTogether = false
        var tag = Tag.plain
        /// Seconds from one of the requests to the next; 0: as fast as they are answered.
        var gap = 0.0

        /// How long after the script's beginning the last of them goes out.
        var end: Double { at + gap * Double(max(0, count - 1)) }
    }

    var kind: Kind
    var shots: [Shot]

    /// How long after its beginning the last request goes out.
    var length: Double { shots.map(\.end).max() ?? 0 }
    var exchanges: Int { shots.reduce(0) { $0 + $1.count } }

    /// The script up to so many requests; nil: not even the first burst is among them.
    func upTo(_ most: Int) -> ProbeScript? {
        var script = self
        while script.exchanges > most, script.shots.count > 1 { script.shots.removeLast() }
        return script.exchanges <= most ? script : nil
    }
}

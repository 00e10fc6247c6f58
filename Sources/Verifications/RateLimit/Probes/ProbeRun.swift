internal import Measures
internal import Scenarios

/// A script under way, with the answers so far.
struct ProbeRun {
    /// An answer, with which of the script's shots asked for it.
    struct Answer {
        var shot: Int
        var tag: ProbeScript.Shot.Tag
        var observed: ObservedExchange
        /// Whether it looks like a rejection, where the scenario says how one looks; nil where that can't be told.
        var isSign: Bool?
    }

    let kind: ProbeScript.Kind
    /// Which client it is.
    let client: Int
    /// How many shots have been planned so far.
    var shots = 0
    /// How many answers are still to come.
    var pending = 0
    var answers: [Answer] = []

    init(kind: ProbeScript.Kind, client: Int) {
        self.kind = kind
        self.client = client
    }
}

/// All that was observed, with what it takes to read it.
struct ProbeRecord {
    var runs: [ProbeRun] = []
    /// Other clients' requests before anyone was blocked.
    var quiet: [ProbeRun.Answer] = []
    /// Other clients' requests while some were.
    var beside: [ProbeRun.Answer] = []
    /// The beginning of the verification.
    var origin: Instant?
    /// When the last answer had come.
    var latest: Instant?
    /// How many of requests released together are answered at once, where the others' answers come one after the other,
    /// the next no sooner than a bucket has drained; nil: none waits.
    var turns: Int?
    /// Seconds between a client's requests where a shorter limit holds besides; 0: bursts go out at once.
    var pace = 0.0
    /// True where answers wait for their turn.
    var isPaced: Bool { turns != nil }

    /// Seconds since the beginning.
    func seconds(_ instant: Instant) -> Double { (instant - (origin ?? instant)).seconds }

    /// All answers in the order in which they were taken.
    var everything: [ProbeRun.Answer] { quiet + beside + runs.flatMap(\.answers) }
}

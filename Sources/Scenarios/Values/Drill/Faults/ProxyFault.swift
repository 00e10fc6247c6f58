/// What a proxy does to the connections through it.
public struct ProxyFault: WordedFault {
    /// Which way bytes are disturbed.
    public enum Direction: String, CaseIterable, Sendable {
        /// From the client to the service.
        case upstream
        /// From the service to the client.
        case downstream
        case both
    }

    /// What is done to them.
    public enum Disturbance: Sendable, Equatable {
        /// `latency 300ms jitter 50ms`
        case latency(Duration, jitter: Duration)
        /// `bandwidth 100KiB/s`, in bytes a second.
        case bandwidth(Double)
        /// `blackhole`: nothing gets through, and nothing is closed.
        case blackhole
        /// `reset [after 1s]`: connections are reset (RST), old ones too.
        case reset(after: Duration)
        /// `refuse`: new connections are refused, old ones are reset.
        case refuse
        /// `slow_close 5s`: the end of a connection is passed on later.
        case slowClose(Duration)
        /// `slice 64B [vary 32B] [pause 10ms]`: bytes come in small pieces, with a pause after each.
        case slice(bytes: Int, variation: Int, pause: Duration)
        /// `limit_data 1KiB`: the connection is closed after so many bytes.
        case limitData(bytes: Int)
    }

    /// The words that begin it.
    public static let verbs = [
        "latency", "bandwidth", "blackhole", "reset", "refuse", "slow_close", "slice", "limit_data",
    ]
    /// How it is written.
    public static let usage =
        "latency PROXY 300ms [jitter 50ms] | bandwidth PROXY 100KiB/s | blackhole PROXY | reset PROXY [after 1s] | refuse PROXY | "
        + "slow_close PROXY 5s | slice PROXY 64B [vary 32B] [pause 10ms] | limit_data PROXY 1KiB; each but refuse with "
        + "[upstream|downstream] [toxicity 50%]"
    /// What it does and how it is undone.
    public static let summary =
        "Disturbs the TCP connections through a proxy; undone by letting them through as they are."

    /// The proxy's name.
    public var proxy: String
    /// What is done.
    public var disturbance: Disturbance
    /// Which way.
    public var direction = Direction.both
    /// The share of connections that it strikes, 0...1; each is struck or spared as a whole.
    public var toxicity = 1.0

    /// What it breaks.
    public var subject: FaultSubject { .proxy(proxy) }

    /// Makes a fault.
    public init(proxy: String, disturbance: Disturbance) {
        self.proxy = proxy
        self.disturbance = disturbance
    }

    /// Makes the fault of a scenario's words.
    public init(verb: String, _ words: inout FaultWords) throws(GrammarError) {
        let proxy = try words.next("a proxy's name")
        let disturbance: Disturbance
        switch verb {
        case "latency":
            let time = try words.value("a duration such as 300ms", Self.someTime)
            let jitter = words.take("jitter") ? try words.value("a duration such as 50ms", Quantity.duration) : .zero
            disturbance = .latency(time, jitter: jitter)
        case "bandwidth": disturbance = .bandwidth(try words.value("bytes a second such as 100KiB/s", Self.bandwidth))
        case "blackhole": disturbance = .blackhole
        case "reset":
            disturbance = .reset(after: words.take("after") ? try words.value("a duration", Quantity.duration) : .zero)
        case "slow_close": disturbance = .slowClose(try words.value("a duration such as 5s", Self.someTime))
        case "slice":
            let bytes = try words.value("a size such as 64B", Self.size)
            let variation = words.take("vary") ? try words.value("a size such as 32B", Self.size) : 0
            let pause = words.take("pause") ? try words.value("a duration such as 10ms", Quantity.duration) : .zero
            disturbance = .slice(bytes: bytes, variation: variation, pause: pause)
        case "limit_data": disturbance = .limitData(bytes: try words.value("a size such as 1KiB", Self.size))
        default: disturbance = .refuse
        }
        self.init(proxy: proxy, disturbance: disturbance)
        guard disturbance != .refuse else { return }
        if words.take("upstream") { direction = .upstream } else if words.take("downstream") { direction = .downstream }
        if words.take("toxicity") { toxicity = try words.value("a ratio such as 50%", Self.share) }
    }

    /// A fault of no length would be no fault, and be found to have no effect only in the drill.
    private static func someTime(_ text: String) throws(GrammarError) -> Duration {
        let time = try Quantity.duration(text)
        guard time > .zero else {
            throw GrammarError(offset: 0, message: "expected a duration above 0s, found \(quoted(text))")
        }
        return time
    }

    private static func share(_ text: String) throws(GrammarError) -> Double {
        let share = try Quantity.ratio(text)
        guard share > 0 else {
            throw GrammarError(offset: 0, message: "a toxicity of \(text) strikes no connection: expected more than 0%")
        }
        return share
    }

    private static func size(_ text: String) throws(GrammarError) -> Int {
        let bytes = try Quantity.size(text)
        guard 1...1_073_741_824 ~= bytes else {
            throw GrammarError(offset: 0, message: "expected a size from 1B to 1GiB, found \(quoted(text))")
        }
        return Int(bytes.rounded())
    }

    private static func bandwidth(_ text: String) throws(GrammarError) -> Double {
        let expected = "expected bytes a second such as 100KiB/s, found \(quoted(text))"
        guard text.hasSuffix("/s") else { throw GrammarError(offset: 0, message: expected) }
        do throws(GrammarError) {
            return Double(try size(String(text.dropLast(2))))
        } catch {
            throw GrammarError(offset: 0, message: expected)
        }
    }
}

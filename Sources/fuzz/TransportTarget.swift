import Fetch
import Generator
import Measures
import Scenarios

/// Whole exchanges with a server that answers mutated bytes: what a transport makes of them.
struct TransportTarget: FuzzTarget {
    /// What carries them.
    enum Carrier {
        case load(Defaults.Transport, version: HTTPSettings.Version, compression: Bool)
        case fetch
    }

    let name: String
    let corpus: [[UInt8]]
    let words: [[UInt8]]
    private let carrier: Carrier
    private let server = AnswerServer()
    private let scenario: Scenario?

    /// What an exchange may take: its timeout, and as much again for a busy machine.
    private static let timeout = Span(nanoseconds: 2_000_000_000)
    private static let largestBody = 1 << 20

    init(_ name: String, _ carrier: Carrier, corpus: [[UInt8]], words: [[UInt8]]) {
        self.name = name
        self.carrier = carrier
        self.corpus = corpus
        self.words = words
        guard case .load(let transport, let version, let compression) = carrier else {
            scenario = nil
            return
        }
        var scenario = Scenario(
            name: "fuzz", target: Text("http://127.0.0.1:\(server.port)"),
            flows: [
                Flow(
                    name: "flow",
                    actions: [
                        .request(Step(name: "step", url: Text("/"), timeout: .nanoseconds(Self.timeout.nanoseconds)))
                    ])
            ], load: [.iterations(IterationStage(iterations: 1, users: 1))])
        scenario.defaults.transport = transport
        scenario.defaults.connections = .fresh
        scenario.defaults.http.version = version
        scenario.defaults.http.compression = compression
        self.scenario = scenario
    }

    /// All of them.
    static let all = [
        TransportTarget(
            "HTTP/2 answers", .load(.native, version: .http2, compression: false), corpus: HTTP2Corpus.answers,
            words: HTTP2Corpus.words),
        TransportTarget(
            "HTTP/2 answers, libcurl", .load(.curl, version: .http2, compression: false), corpus: HTTP2Corpus.answers,
            words: HTTP2Corpus.words),
        TransportTarget(
            "HTTP/1.1 answers, libcurl", .load(.curl, version: .http1, compression: true),
            corpus: ResponseTarget().corpus,
            words: ResponseTarget().words),
        TransportTarget(
            "answers beside the load", .fetch, corpus: ResponseTarget().corpus, words: ResponseTarget().words),
    ]

    func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        server.answer(input, pieces: input.randomPieces(&random))
        let clock = ContinuousClock()
        let begin = clock.now
        let isAnswered: Bool
        do {
            isAnswered = try carry()
        } catch let rule as BrokenRule {
            throw rule
        } catch {
            throw BrokenRule(what: "it can't be sent: \(error)")
        }
        let took = begin.duration(to: clock.now)
        try BrokenRule.unless(took < .nanoseconds(2 * Self.timeout.nanoseconds), "it took \(took)")
        return isAnswered
    }

    func release() { server.stop() }

    private func carry() throws -> Bool {
        guard let scenario else {
            var request = FetchRequest(url: "http://127.0.0.1:\(server.port)/")
            request.timeout = Self.timeout
            request.maximumBody = Self.largestBody
            guard let answer = try? Fetch.send(request) else { return false }
            try BrokenRule.unless(answer.body.count <= Self.largestBody, "a body of \(answer.body.count) bytes")
            return true
        }
        let plan = try RunPlan(scenario, userAgent: "fuzz")
        let destinations = try Destinations(plan.endpoints, authorised: [], http: scenario.defaults.http)
        let measurement = try LoadRun(plan, destinations: destinations, reactors: 1, delay: .zero).run { _ in }
        let outcomes = measurement.total.tally(of: measurement.total.steps.indices).outcomes
        try BrokenRule.unless(outcomes.total == 1, "\(outcomes.total) exchanges are counted, not 1")
        return outcomes[.ok] == 1
    }
}

/// Answers of HTTP/2 (RFC 9113) to the first request of a connection.
enum HTTP2Corpus {
    private static func frame(_ type: UInt8, _ flags: UInt8, stream: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [0, UInt8(payload.count >> 8), UInt8(payload.count & 255), type, flags, 0, 0, 0, stream] + payload
    }

    /// A literal field without indexing (RFC 7541 §6.2.2).
    private static func field(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    private static let preface = frame(4, 0, stream: 0) + frame(4, 1, stream: 0)
    private static let ok: [UInt8] = [0x88]
    private static let data = frame(0, 1, stream: 1, Array("hello".utf8))

    static let answers: [[UInt8]] = [
        preface + frame(1, 4, stream: 1, ok) + data,
        preface + frame(1, 5, stream: 1, [0x89]),
        // Headers in three frames.
        preface + frame(1, 0, stream: 1, ok) + frame(9, 0, stream: 1, field("server", "x"))
            + frame(9, 4, stream: 1, field("x-a", "b")) + data,
        // Padding, priority.
        preface + frame(1, 0x2C, stream: 1, [2, 0, 0, 0, 0, 15] + ok + [0, 0])
            + frame(0, 9, stream: 1, [3] + Array("hello".utf8) + [0, 0, 0]),
        // Interim answers and trailers.
        preface + frame(1, 4, stream: 1, field(":status", "103")) + frame(1, 4, stream: 1, ok)
            + frame(0, 0, stream: 1, Array("hel".utf8)) + frame(1, 5, stream: 1, field("x-sum", "1")),
        // Settings with values, pings, windows.
        frame(4, 0, stream: 0, [0, 3, 0, 0, 0, 1, 0, 4, 0, 0, 255, 255, 0, 5, 0, 0, 0x40, 0]) + frame(4, 1, stream: 0)
            + frame(6, 0, stream: 0, Array(repeating: 7, count: 8)) + frame(8, 0, stream: 0, [0, 1, 0, 0])
            + frame(8, 0, stream: 1, [0, 0, 0, 1]) + frame(1, 4, stream: 1, ok) + data,
        // A push, a reset, a farewell.
        preface + frame(5, 4, stream: 1, [0, 0, 0, 2] + [0x82, 0x86, 0x84]) + frame(1, 4, stream: 1, ok) + data,
        preface + frame(3, 0, stream: 1, [0, 0, 0, 8]),
        preface + frame(7, 0, stream: 0, [0, 0, 0, 1, 0, 0, 0, 0] + Array("bye".utf8)) + frame(1, 4, stream: 1, ok)
            + data,
    ]

    static let words: [[UInt8]] = [
        frame(0, 0, stream: 1), frame(1, 4, stream: 1, ok), frame(3, 0, stream: 1, [0, 0, 0, 0]),
        frame(4, 0, stream: 0),
        frame(4, 1, stream: 0), frame(6, 1, stream: 0, Array(repeating: 0, count: 8)),
        frame(7, 0, stream: 0, Array(repeating: 0, count: 8)), frame(8, 0, stream: 1, [0x7F, 0xFF, 0xFF, 0xFF]),
        frame(9, 0, stream: 1), frame(5, 4, stream: 1, [0, 0, 0, 2]), frame(2, 0, stream: 1, [0, 0, 0, 0, 15]),
        // Indices of the static and the dynamic table, a table of another size, integers that go on.
        [0x88], [0x80], [0xBE], [0xFF, 0xFF, 0xFF, 0x7F], [0x3F, 0xE1, 0x1F], [0x20], [0x00, 0x7F, 0xFF, 0xFF],
        field("content-length", "5"), field("content-length", "99999999999"), field("connection", "close"),
        field(":path", "/"),
        [0, 0x40, 0], [0xFF, 0xFF, 0xFF],
    ]
}

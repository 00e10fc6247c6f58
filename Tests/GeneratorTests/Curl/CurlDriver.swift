import CLinux
import Foundation
import Glibc
import Measures
import Scenarios
import TestSupport

@testable import Generator

/// libcurl's transport on a small loop of epoll, as a reactor has it.
final class CurlDriver {
    /// An exchange that has ended.
    struct Answer {
        var completion: CurlCompletion
        var reason: String
        var head: String
        var body: String

        var status: Int { Int(completion.status) }

        /// `ok` for an answer, whatever it says; `exhausted` where this machine was to blame.
        var outcome: String {
            switch completion.end {
            case .answered: "ok"
            case .failed(let outcome): outcome.label
            case .unfinished: "unfinished"
            case .exhausted: "exhausted"
            }
        }
    }

    /// Ends before what it points to does.
    private var living: CurlTransport?
    let templates: UnsafeMutableBufferPointer<CurlRequestTemplate>
    private let scenario: Scenario
    private let epoll: Int32
    private let tables: RowTables
    private var random = SeededRandom(seed: 1)
    private static let tag: UInt32 = 0xFFFF_FFFE

    /// Steps go to `target`, or to the URL that they begin with.
    init(
        _ target: String, steps: [Step] = [Step(name: "step", url: Text("/"))], authorised: [String] = [],
        capacity: Int = 64, data: [DataTable] = [], change: (inout Defaults) -> Void = { _ in }
    ) throws {
        scenario = {
            var made = Scenario(
                name: "test", target: Text(target), flows: [Flow(name: "flow", actions: steps.map { .request($0) })],
                load: EngineRun.iterations(1))
            made.data = data
            return made
        }()
        var defaults = Defaults()
        change(&defaults)
        let surroundings = RequestTemplate.Surroundings(
            defaults: defaults, identities: nil, userAgent: "loadgate-test", names: VariableNames(scenario))
        let endpoint = try Endpoint(parsing: target)
        let compiled = try steps.map { step in
            try CurlRequestTemplate(step, endpoint: endpoint, path: RequestTarget(step.url), surroundings: surroundings)
        }
        templates = .allocate(capacity: compiled.count)
        _ = templates.initialize(from: compiled)
        tables = RowTables(data)
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        let settings = CurlSettings(defaults, userAgent: "loadgate-test", authorised: authorised)
        living = try CurlTransport(
            epoll: epoll, tag: Self.tag, settings: settings, steps: steps.count, capacity: capacity, connections: 1_000)
    }

    deinit {
        living = nil
        for template in templates { template.release() }
        templates.deallocate()
        close(epoll)
        tables.release()
    }

    var transport: CurlTransport {
        guard let living else { preconditionFailure("it lives as long as the driver") }
        return living
    }

    /// Carries exchanges out, one after the other unless `atOnce`.
    func run(
        _ count: Int = 1, step: Int = 0, users: Int = 1, timeout: Duration = .seconds(20), atOnce: Bool = false,
        keeping: Bool = true, row: Int = 0
    ) throws -> [Answer] {
        var answers: [Answer] = []
        var begun = 0
        while answers.count < count {
            while begun < count, atOnce || begun == answers.count {
                try begin(step, user: begun % users, timeout: timeout, keeping: keeping, row: row)
                begun += 1
            }
            answers += try turn()
        }
        return answers
    }

    /// Carries one exchange out.
    func one(step: Int = 0, user: Int = 0, timeout: Duration = .seconds(20), row: Int = 0) throws -> Answer {
        try begin(step, user: user, timeout: timeout, row: row)
        while true { if let answer = try turn().first { return answer } }
    }

    @discardableResult
    func begin(
        _ step: Int = 0, user: Int = 0, timeout: Duration = .seconds(20), keeping: Bool = true, row: Int = 0
    ) throws -> Int32 {
        var rows = [row]
        var captures: [CapturedValue?] = [nil, nil]
        let kept = UnsafeMutablePointer<KeptAnswer>.allocate(capacity: 1)
        kept.initialize(to: KeptAnswer())
        kept.pointee.begin(wantsBody: true)
        guard let base = templates.baseAddress else { throw TestFailure("no step") }
        let start = rows.withUnsafeMutableBufferPointer { rows in
            captures.withUnsafeMutableBufferPointer { captures in
                transport.begin(
                    step: step, base + step, user: Int32(user),
                    context: UserContext(
                        user: user + 1, rows: rows.baseAddress, captures: captures.baseAddress),
                    tables: tables, random: &random, timeout: Span(timeout).nanoseconds, kept: keeping ? kept : nil)
            }
        }
        if case .begun(let position) = start { return position }
        throw TestFailure("not begun: \(start)")
    }

    /// A turn of the loop. Throws where nothing happens for long.
    func turn(longest: Int64 = 30_000_000_000) throws -> [Answer] {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        transport.onTimer(ReactorClock.now())
        let early = takeCompleted()
        if !early.isEmpty { return early }
        let wait = min(max(0, (transport.nextWake - ReactorClock.now()).nanoseconds), longest)
        let count = Int(loadgate_epoll_wait(epoll, &events, Int32(events.count), wait))
        if count <= 0, wait >= 30_000_000_000 { throw TestFailure("nothing happens") }
        for index in 0..<max(0, count) {
            let payload = withUnsafePointer(to: &events[index]) { loadgate_epoll_payload($0) }
            guard payload >> 32 == UInt64(Self.tag) else { throw TestFailure("an event of another tag") }
            let descriptor = Int32(truncatingIfNeeded: payload & 0xFFFF_FFFF)
            transport.onEvent(descriptor, events[index].events)
        }
        return takeCompleted()
    }

    /// A turn that waits for 5 ms at most.
    func turnBriefly() throws -> [Answer] { try turn(longest: 5_000_000) }

    private func takeCompleted() -> [Answer] {
        var answers: [Answer] = []
        while let completion = transport.nextCompletion() {
            let kept = completion.kept?.pointee
            answers.append(
                Answer(
                    completion: completion,
                    reason: completion.end == .answered ? "" : transport.reason(of: completion),
                    head: kept.map { String(decoding: $0.head.bytes, as: UTF8.self) } ?? "",
                    body: kept.map { String(decoding: $0.body.bytes, as: UTF8.self) } ?? ""))
            if let kept = completion.kept {
                kept.pointee.release()
                kept.deallocate()
            }
            transport.release(completion.index)
        }
        return answers
    }
}

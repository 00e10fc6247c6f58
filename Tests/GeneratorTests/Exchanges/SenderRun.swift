import Measures
import Scenarios
import TestSupport

@testable import Generator

/// An `ExchangeSender` to the servers of a test, and what is planned for them.
struct SenderRun {
    let sender: ExchangeSender
    private let endpoints: [Endpoint]

    init(_ urls: String..., tls: TLSSettings = TLSSettings(), http: HTTPSettings = HTTPSettings(), capacity: Int = 4096)
        throws
    {
        endpoints = try urls.map { try Endpoint(parsing: $0) }
        sender = try ExchangeSender(
            destinations: try Destinations(endpoints, authorised: [], http: http), tls: tls, userAgent: "loadgate/test",
            capacity: capacity)
    }

    /// An exchange with the first server.
    func exchange(
        _ method: String = "GET", _ target: String = "/", at offset: Double = 0, lane: PlannedExchange.Lane = .fresh,
        group: Int? = nil, server: Int = 0, timeout: Double = 30, _ change: (inout PlannedExchange) -> Void = { _ in }
    ) -> PlannedExchange {
        let endpoint = endpoints[server]
        var planned = PlannedExchange(
            isSecure: endpoint.isSecure, host: endpoint.host, port: endpoint.port, method: method, target: target)
        planned.offset = Span(seconds: offset)
        planned.lane = lane
        planned.group = group
        planned.timeout = Span(seconds: timeout)
        change(&planned)
        return planned
    }

    func send(_ batch: [PlannedExchange]) -> [ObservedExchange] { sender.send(batch) { false } }

    /// What came of one exchange with the first server.
    func one(
        _ method: String = "GET", _ target: String = "/", timeout: Double = 30,
        _ change: (inout PlannedExchange) -> Void = { _ in }
    ) -> ObservedExchange {
        send([exchange(method, target, timeout: timeout, change)])[0]
    }
}

extension ObservedExchange {
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension [ObservedExchange] {
    /// From the first to the last instant of sending.
    var spread: Span {
        guard let first = map(\.sent).min(), let last = map(\.sent).max() else { return .zero }
        return last - first
    }

    var outcomes: Set<Outcome> { Set<Outcome>(map(\.outcome)) }
}

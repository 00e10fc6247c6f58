internal import Measures
internal import VerificationKit

/// An exchange that was kept whole, in the words of all reports for people.
struct ExchangeLines {
    let exchange: ExchangeResult

    /// `status 503 at 1.204 s, after 12.3 ms`
    var brief: String {
        let what = exchange.kind == .failed ? exchange.reason ?? exchange.outcome : exchange.outcome
        return
            "\(what), at \(Figure.fixed(exchange.at, decimals: 3)) s, after \(Figure.latency(exchange.responseTime)) ms"
    }

    /// Where it went: `127.0.0.1:8080, connection 3 (12.1 s old)`.
    var location: String? {
        var parts: [String] = []
        if let address = exchange.address { parts.append(address) }
        if let connection = exchange.connection {
            let age = exchange.connectionAge.map { "\(Figure.fixed($0, decimals: 3)) s old" } ?? "opened for it"
            parts.append("connection \(connection) (\(age))")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// When it was to start, did, and was answered.
    var times: String {
        func seconds(_ value: Double) -> String { "\(Figure.fixed(value, decimals: 3)) s" }
        var parts = ["intended at \(seconds(exchange.intended))"]
        parts.append(exchange.started.map { "started at \(seconds($0))" } ?? "never started")
        if let first = exchange.firstByte { parts.append("first byte at \(seconds(first))") }
        return (parts + ["ended at \(seconds(exchange.at))"]).joined(separator: ", ")
    }

    /// Whose it was.
    var user: String { "user \(exchange.user), " + (exchange.iteration.map { "iteration \($0)" } ?? "in its login") }

    /// What came, with what there is to say of it.
    var answer: String? {
        let body = [exchange.body, exchange.bodyNote.map { "(\($0))" }].compactMap { $0 }.joined(separator: "\n")
        let parts = [exchange.head, body.isEmpty ? nil : body].compactMap { $0 }
        if !parts.isEmpty { return parts.joined(separator: "\n\n") }
        guard let status = exchange.status else { return nil }
        return "status \(status) (its head was not kept)"
    }

    /// Where its trace can be looked at: a page of the web, whatever a file that was changed says.
    var traceURL: String? {
        exchange.traceURL.flatMap { url in
            ["http://", "https://"].contains { url.lowercased().hasPrefix($0) } ? url : nil
        }
    }

    /// What whoever repeats it does first: `set TOKEN first`.
    var variables: String? {
        exchange.variables.map { "give a value first to \($0.joined(separator: ", "))" }
    }
}

extension RunResult {
    /// The exchanges that failed, one of each step and outcome first: one step's many don't hide another's.
    var failedExchanges: [ExchangeResult] {
        struct Key: Hashable {
            var step: String
            var outcome: String
        }
        var counts: [Key: Int] = [:]
        let ranked = keptExchanges.enumerated().filter { $0.element.kind == .failed }.map { index, exchange in
            let key = Key(step: exchange.step, outcome: exchange.outcome)
            counts[key, default: 0] += 1
            return (rank: counts[key] ?? 0, location: index, exchange: exchange)
        }
        return ranked.sorted { ($0.rank, $0.location) < ($1.rank, $1.location) }.map(\.exchange)
    }

    /// Each step's slowest exchanges.
    var slowExchanges: [ExchangeResult] { keptExchanges.filter { $0.kind == .slow } }
}

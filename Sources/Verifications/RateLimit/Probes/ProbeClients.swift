internal import Measures
internal import Scenarios
import VerificationKit

/// Who the probes claim to be.
struct ProbeClients {
    /// How clients are made.
    enum Kind {
        /// Made-up values of a header field, as many as are asked for, unknown to the limiter.
        case madeUp(header: String, prefix: String)
        /// Values that the scenario gives.
        case given(header: String, values: [String])
        /// Source addresses.
        case sources([String])
        /// The one address that this machine has.
        case single
    }

    let kind: Kind
    /// Whether a limit over all clients is probed, so that all of them are one to it.
    let areOne: Bool

    /// `seed` tells the made-up clients of one run from those of another.
    init(_ rule: RateLimitRule, seed: UInt64, areOne: Bool = false) {
        self.areOne = areOne
        if let header = rule.identityHeader {
            let values = rule.identities.compactMap(\.constant)
            kind =
                values.isEmpty
                ? .madeUp(header: header, prefix: "loadgate-\(String(seed, radix: 36))-")
                : .given(header: header, values: values)
        } else {
            kind = rule.sources.isEmpty ? .single : .sources(rule.sources)
        }
    }

    /// How many of them are counted apart; nil: as many as are asked for.
    var count: Int? { areOne ? 1 : identities }

    /// How many there are to choose from; nil: as many as are asked for.
    var identities: Int? {
        switch kind {
        case .madeUp: nil
        case .given(_, let values): values.count
        case .sources(let addresses): addresses.count
        case .single: 1
        }
    }

    /// Makes the exchange the client's, counted from 0.
    func claim(_ exchange: inout PlannedExchange, _ client: Int) {
        switch kind {
        case .madeUp(let header, let prefix): exchange.set(header, "\(prefix)\(client)")
        case .given(let header, let values): exchange.set(header, values[client % values.count])
        case .sources(let addresses): exchange.source = addresses[client % addresses.count]
        case .single: break
        }
    }

    /// The client as evidence shows it; values of the scenario are not shown.
    func shown(_ client: Int) -> String? {
        switch kind {
        case .madeUp(let header, let prefix):
            Self.isSecret(header) ? "client \(client)" : "\(header): \(prefix)\(client)"
        case .given(let header, let values): "\(header): identity \(client % values.count + 1)"
        case .sources(let addresses): "from \(addresses[client % addresses.count])"
        case .single: nil
        }
    }

    private static func isSecret(_ header: String) -> Bool {
        ["authorization", "cookie", "proxy-authorization"].contains(header.lowercased())
    }
}

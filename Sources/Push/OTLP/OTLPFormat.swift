public import Fetch
internal import Foundation
internal import HTTPFields
internal import Measures
internal import Reports
internal import Scenarios

/// OpenTelemetry metrics over HTTP as JSON (OTLP/HTTP 1.x), with the variables of the environment that all exporters have
/// (OpenTelemetry Protocol Exporter), those for metrics before those for all signals.
public struct OTLPFormat: PushFormat {
    /// `otlp`
    public static let name = "otlp"
    /// With the port and path of the specification.
    public static let example = "otlp=http://127.0.0.1:4318/v1/metrics"

    /// What stands with all that is sent, besides what Loadgate says of itself.
    private let attributes: [MetricSet.Label]

    init(attributes: [MetricSet.Label] = []) { self.attributes = attributes }

    /// Totals since the beginning.
    public var isCumulative: Bool { true }

    /// Makes the target of an argument. A URL without a path is that of a collector: `/v1/metrics` is added.
    public static func target(
        _ address: PushAddress?, environment: [String: String]
    ) throws(UnusablePush) -> PushTarget {
        let variables = OTLPEnvironment(environment)
        let endpoint: PushAddress
        if let address { endpoint = address.withPath("/v1/metrics") } else { endpoint = try variables.endpoint() }
        var target = PushTarget(
            format: OTLPFormat(attributes: try variables.resource()), address: endpoint)
        let headers = try variables.headers()
        target.fields = [HeaderLine("Content-Type", "application/json")] + headers.map { HeaderLine($0.name, $0.value) }
        target.secrets = headers.map { ($0.value, "***") }
        target.timeout = try variables.timeout() ?? target.timeout
        target.compresses = try variables.compresses()
        target.tls.authorities = variables["CERTIFICATE"]
        target.tls.certificate = variables["CLIENT_CERTIFICATE"]
        target.tls.key = variables["CLIENT_KEY"]
        return target
    }

    /// An `ExportMetricsServiceRequest`.
    public func message(_ snapshot: PushSnapshot) -> [UInt8] {
        OTLPDocument(snapshot: snapshot, attributes: attributes).bytes
    }

    /// What an `ExportMetricsServiceResponse`, or a `Status` of an error, means.
    public func reception(of answer: FetchAnswer) -> Reception {
        let reception = Reception(answer, said: Reception.words("message", of: answer))
        guard reception == .taken,
            let partial = (try? JSONDecoder().decode(Answer.self, from: Data(answer.body)))?.partialSuccess
        else { return reception }
        let rejected = partial.rejectedDataPoints?.number ?? 0
        let said = partial.errorMessage.flatMap(Reception.brief)
        if rejected == 0, said == nil { return .taken }
        return .partly(rejected: rejected, reason: said ?? "\(rejected) points were rejected")
    }

    private struct Answer: Decodable {
        struct Partial: Decodable {
            var rejectedDataPoints: Count?
            var errorMessage: String?
        }

        /// Whole numbers of 64 bits are texts in the JSON of Protocol Buffers; numbers are to be taken, too.
        struct Count: Decodable {
            var number: UInt64

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    number = UInt64(text) ?? 0
                } else {
                    number = try container.decode(UInt64.self)
                }
            }
        }

        var partialSuccess: Partial?
    }
}

internal import HTTPFields
internal import Measures
internal import Reports
internal import Scenarios

/// The variables of the environment that exporters of OpenTelemetry have. They say how to push, never that it is done.
struct OTLPEnvironment {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// The variable of a name without its prefix: the one for metrics before the one for all signals. An empty one counts as
    /// absent, as the specification has it.
    subscript(name: String) -> String? { variable(name).flatMap { environment[$0] } }

    private func variable(_ name: String) -> String? {
        ["OTEL_EXPORTER_OTLP_METRICS_\(name)", "OTEL_EXPORTER_OTLP_\(name)"].first {
            !environment[$0, default: ""].isEmpty
        }
    }

    /// Where to push to where the option does not say it.
    func endpoint() throws(UnusablePush) -> PushAddress {
        if self["PROTOCOL"] == "grpc" {
            throw UnusablePush(
                OTLPFormat.name,
                "the environment says OTEL_EXPORTER_OTLP_PROTOCOL=grpc, and Loadgate sends JSON over HTTP: "
                    + "give the receiver's HTTP port, such as \(OTLPFormat.example)")
        }
        guard let name = variable("ENDPOINT"), let url = environment[name] else {
            return try PushAddress("http://localhost:4318/v1/metrics", of: OTLPFormat.name, environment: environment)
        }
        let address = try PushAddress(url, of: OTLPFormat.name, source: name, environment: environment)
        // The one for metrics is taken as it is; to the other one the signal's path is added.
        if name.contains("_METRICS_") { return address.withPath("/") }
        let base = address.path.hasSuffix("/") ? String(address.path.dropLast()) : address.path
        return address.replacingPath(base + "/v1/metrics")
    }

    /// Header fields of each request.
    func headers() throws(UnusablePush) -> [MetricSet.Label] {
        guard let name = variable("HEADERS") else { return [] }
        let headers = try pairs(of: name)
        for header in headers {
            if !HeaderName.isToken(header.name)
                || header.value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 })
            {
                throw UnusablePush(OTLPFormat.name, "\(name) has a name or a value that no header field can have")
            }
        }
        return headers
    }

    /// Attributes of the resource that all metrics are of: `OTEL_RESOURCE_ATTRIBUTES`, and the service's name.
    func resource() throws(UnusablePush) -> [MetricSet.Label] {
        let name = "OTEL_RESOURCE_ATTRIBUTES"
        var attributes = environment[name, default: ""].isEmpty ? [] : try pairs(of: name)
        if let service = environment["OTEL_SERVICE_NAME"], !service.isEmpty {
            attributes.append(("service.name", service))
        }
        return attributes
    }

    /// How long a request may take; the variable has milliseconds.
    func timeout() throws(UnusablePush) -> Span? {
        guard let name = variable("TIMEOUT"), let text = environment[name] else { return nil }
        guard let milliseconds = Int64(text), 1...3_600_000 ~= milliseconds else {
            throw UnusablePush(OTLPFormat.name, "\(name) wants milliseconds, 1 to 3600000")
        }
        return Span(nanoseconds: milliseconds * 1_000_000)
    }

    /// Whether messages are compressed.
    func compresses() throws(UnusablePush) -> Bool {
        guard let name = variable("COMPRESSION"), let text = environment[name] else { return false }
        guard ["gzip", "none"].contains(text) else { throw UnusablePush(OTLPFormat.name, "\(name) wants gzip or none") }
        return text == "gzip"
    }

    /// `name=value,name=value`, values percent-encoded (the form of W3C Baggage, without properties).
    private func pairs(of variable: String) throws(UnusablePush) -> [MetricSet.Label] {
        var pairs: [MetricSet.Label] = []
        for pair in environment[variable, default: ""].split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decoded($0.trimmed) }
            guard parts.count == 2, !parts[0].isEmpty else {
                throw UnusablePush(OTLPFormat.name, "\(variable) wants NAME=VALUE pairs with commas between them")
            }
            pairs.append((parts[0], parts[1]))
        }
        return pairs
    }
}

extension Substring {
    /// Without the blanks around it.
    fileprivate var trimmed: String {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

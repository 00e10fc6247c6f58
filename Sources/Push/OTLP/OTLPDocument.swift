internal import Measures
internal import Reports
internal import Scenarios

/// An `ExportMetricsServiceRequest` in the JSON of OTLP: names in camelCase, enumerations as numbers, whole numbers of 64 bits as
/// texts. Sums and distributions are totals since the beginning of the load; a distribution's buckets are those of the Prometheus
/// metrics.
struct OTLPDocument {
    let snapshot: PushSnapshot
    let attributes: [MetricSet.Label]

    /// `AggregationTemporality.CUMULATIVE`
    private static let cumulative = "\"aggregationTemporality\":2"

    /// The document.
    var bytes: [UInt8] {
        let metrics =
            switch snapshot.content {
            case .second(let total, _): total.metrics
            case .end(let metrics): metrics
            }
        var text = "{\"resourceMetrics\":[{\"resource\":{\"attributes\":\(Self.list(resource))},"
        text += "\"scopeMetrics\":[{\"scope\":{\"name\":\"loadgate\","
        text += "\"version\":\(JSONString.quoted(snapshot.run.version))},\"metrics\":["
        var isFirst = true
        for family in metrics.families {
            if !isFirst { text += "," }
            isFirst = false
            add(family, to: &text)
        }
        return Array((text + "]}]}]}").utf8)
    }

    /// What stands for the run; the environment's attributes come before ours, but for what tells runs apart.
    private var resource: [MetricSet.Label] {
        let own: [MetricSet.Label] = [("service.name", "loadgate"), ("service.version", snapshot.run.version)]
        var resource = own.filter { label in !attributes.contains { $0.name == label.name } }
        for (index, attribute) in attributes.enumerated()
        where attribute.name != "service.instance.id"
            && !attributes[(index + 1)...].contains(where: { $0.name == attribute.name })
        {
            resource.append(attribute)
        }
        return resource + [("service.instance.id", snapshot.run.id)]
    }

    private func add(_ family: MetricSet.Family, to text: inout String) {
        let metric = family.metric
        text += "{\"name\":\(JSONString.quoted(metric.name)),\"description\":\(JSONString.quoted(metric.help)),"
        text += "\"unit\":\"\(metric.unit.rawValue)\","
        switch metric.kind {
        case .counter: text += "\"sum\":{\(Self.cumulative),\"isMonotonic\":true,"
        case .gauge: text += "\"gauge\":{"
        case .histogram: text += "\"histogram\":{\(Self.cumulative),"
        }
        text += "\"dataPoints\":["
        text += family.samples.compactMap { point($0, metric.kind) }.joined(separator: ",")
        text += "]}}"
    }

    /// Nil for a number that JSON has not.
    private func point(_ sample: MetricSet.Sample, _ kind: Metric.Kind) -> String? {
        let labels: [MetricSet.Label] = [("scenario", snapshot.run.scenario)] + sample.labels
        var text = "{\"attributes\":\(Self.list(labels)),"
        // What has no beginning, a gauge, carries none.
        if kind != .gauge { text += "\"startTimeUnixNano\":\"\(snapshot.start)\"," }
        text += "\"timeUnixNano\":\"\(snapshot.end)\","
        switch sample.value {
        case .count(let count):
            text += "\"asInt\":\"\(Int64(clamping: count))\"}"
        case .number(let number):
            guard number.isFinite else { return nil }
            text += "\"asDouble\":\(number)}"
        case .distribution(let histogram): text += Self.members(of: histogram) + "}"
        }
        return text
    }

    /// A bucket holds the latencies that are certainly at or below its bound, and not in one before it.
    private static func members(of histogram: LatencyHistogram) -> String {
        let upTo = Metric.bounds.map { histogram.count(atMost: $0) } + [histogram.count]
        let counts = zip(upTo, [0] + upTo).map { "\"\($0 - $1)\"" }.joined(separator: ",")
        let bounds = Metric.bounds.map { "\($0.seconds)" }.joined(separator: ",")
        var text = "\"count\":\"\(histogram.count)\",\"sum\":\(histogram.totalTime.seconds),"
        text += "\"bucketCounts\":[\(counts)],\"explicitBounds\":[\(bounds)]"
        if let least = histogram.minimum, let most = histogram.maximum {
            text += ",\"min\":\(least.seconds),\"max\":\(most.seconds)"
        }
        return text
    }

    /// A list of `KeyValue`.
    private static func list(_ labels: [MetricSet.Label]) -> String {
        let pairs = labels.map {
            "{\"key\":\(JSONString.quoted($0.name)),\"value\":{\"stringValue\":\(JSONString.quoted($0.value))}}"
        }
        return "[\(pairs.joined(separator: ","))]"
    }
}

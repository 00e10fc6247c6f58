internal import Measures
internal import Reports

/// Lines of InfluxDB's protocol: `measurement,tag=value field=value time`, times in nanoseconds.
///
/// A second is told by what happened in it: counts, and of latencies their number, sum and percentiles. At the end the totals are
/// told, in measurements named as the Prometheus metrics.
struct InfluxLines {
    let snapshot: PushSnapshot

    /// The lines, each with its end.
    var bytes: [UInt8] {
        var text = ""
        switch snapshot.content {
        case .second(_, let alone):
            for family in alone.metrics.families { add(family, named: "loadgate_\(family.metric.base)", to: &text) }
        case .end(let metrics):
            for family in metrics.families { add(family, named: family.metric.prometheusName, to: &text) }
        }
        return Array(text.utf8)
    }

    private func add(_ family: MetricSet.Family, named name: String, to text: inout String) {
        for sample in family.samples {
            guard let fields = Self.fields(sample.value, family.metric.kind) else { continue }
            let labels: [MetricSet.Label] =
                [("scenario", snapshot.run.scenario), ("run_id", snapshot.run.id)] + sample.labels
            // A tag without a value is none.
            let tags = labels.filter { !$0.value.isEmpty }.map { ",\($0.name)=\(LineText.tag($0.value))" }
            text += "\(name)\(tags.joined()) \(fields) \(snapshot.end)\n"
        }
    }

    /// Counts are whole numbers, gauges never: a field has one type for good. Nil for a number that no field has.
    private static func fields(_ value: MetricSet.Value, _ kind: Metric.Kind) -> String? {
        switch value {
        case .count(let count) where kind == .counter: "value=\(Int64(clamping: count))i"
        case .count(let count): "value=\(Double(count))"
        case .number(let number): number.isFinite ? "value=\(number)" : nil
        case .distribution(let histogram): fields(histogram)
        }
    }

    /// Seconds.
    private static func fields(_ histogram: LatencyHistogram) -> String? {
        guard let least = histogram.minimum, let most = histogram.maximum else { return nil }
        func percentile(_ percent: Double) -> Double { (histogram.percentile(percent) ?? most).seconds }
        return "count=\(histogram.count)i,sum=\(histogram.totalTime.seconds),min=\(least.seconds),"
            + "p50=\(percentile(50)),p90=\(percentile(90)),p95=\(percentile(95)),p99=\(percentile(99)),"
            + "max=\(most.seconds)"
    }
}

internal import Measures

/// Writes the Prometheus text format 0.0.4: families, each with its help and type once, then its samples.
enum PrometheusText {
    /// All of the metrics, in their order.
    static func text(of metrics: MetricSet) -> String {
        var text = ""
        for family in metrics.families {
            let metric = family.metric
            text += "# HELP \(metric.prometheusName) \(metric.help)\n"
            text += "# TYPE \(metric.prometheusName) \(metric.kind.rawValue)\n"
            for sample in family.samples { add(sample, of: metric.prometheusName, to: &text) }
        }
        return text
    }

    private static func add(_ sample: MetricSet.Sample, of name: String, to text: inout String) {
        func add(_ value: String, _ suffix: String = "", _ more: [MetricSet.Label] = []) {
            let pairs = (sample.labels + more).map { "\($0.name)=\"\(escaped($0.value))\"" }
            text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
        }
        switch sample.value {
        case .count(let count): add("\(count)")
        case .number(let number): add(shown(number))
        case .distribution(let histogram):
            // How many latencies are at or below each bound, for certain.
            for bound in Metric.bounds {
                add("\(histogram.count(atMost: bound))", "_bucket", [("le", shown(bound.seconds))])
            }
            add("\(histogram.count)", "_bucket", [("le", "+Inf")])
            add(shown(histogram.totalTime.seconds), "_sum")
            add("\(histogram.count)", "_count")
        }
    }

    private static func shown(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    /// By scalars, since a quote with a mark on it is another character, and ends the text all the same.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

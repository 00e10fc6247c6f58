internal import Measures

/// Writes the Prometheus text format 0.0.4: families, each with its help and type once, then its samples.
struct PrometheusText {
    /// A metric's kind.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    /// A name and its value.
    typealias Label = (name: String, value: String)

    /// Upper bounds of the buckets in seconds, as Prometheus' clients have them by default, with 1 ms and below before them:
    /// services that are tested on one machine answer faster than those that were meant there.
    static let buckets: [(bound: String, span: Span)] = [
        ("0.0001", 100_000), ("0.00025", 250_000), ("0.0005", 500_000), ("0.001", 1_000_000), ("0.0025", 2_500_000),
        ("0.005", 5_000_000), ("0.01", 10_000_000), ("0.025", 25_000_000), ("0.05", 50_000_000),
        ("0.1", 100_000_000), ("0.25", 250_000_000), ("0.5", 500_000_000), ("1", 1_000_000_000),
        ("2.5", 2_500_000_000), ("5", 5_000_000_000), ("10", 10_000_000_000),
    ].map { ($0.0, Span(nanoseconds: $0.1)) }

    private(set) var text = ""

    /// Begins a family; nothing is written of one without samples.
    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: (inout Family) -> Void) {
        var family = Family(name: name)
        samples(&family)
        guard !family.text.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + family.text
    }

    /// The samples of a family.
    struct Family {
        let name: String
        fileprivate(set) var text = ""

        /// A whole number.
        mutating func add(_ value: UInt64, _ labels: [Label] = []) { add("\(value)", labels, suffix: "") }

        /// Any number.
        mutating func add(_ value: Double, _ labels: [Label] = []) {
            add(PrometheusText.shown(value), labels, suffix: "")
        }

        /// A distribution: how many latencies are at or below each bound, for certain.
        mutating func add(_ histogram: LatencyHistogram, _ labels: [Label]) {
            for bucket in PrometheusText.buckets {
                add("\(histogram.count(atMost: bucket.span))", labels + [("le", bucket.bound)], suffix: "_bucket")
            }
            add("\(histogram.count)", labels + [("le", "+Inf")], suffix: "_bucket")
            add(PrometheusText.shown(histogram.totalTime.seconds), labels, suffix: "_sum")
            add("\(histogram.count)", labels, suffix: "_count")
        }

        private mutating func add(_ value: String, _ labels: [Label], suffix: String) {
            let pairs = labels.map { "\($0.name)=\"\(PrometheusText.escaped($0.value))\"" }
            text += name + suffix + (pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") + " \(value)\n"
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

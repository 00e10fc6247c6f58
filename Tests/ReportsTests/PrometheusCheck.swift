/// A strict reader of the Prometheus text format 0.0.4, with what promtool asks for besides: help and type once and before
/// the samples, each family in one piece, counters named `_total`, no series twice, sound histograms.
struct PrometheusCheck {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    private(set) var faults: [String] = []
    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("no line break at its end") }
        var help: Set<String> = []
        var family = ""
        var series: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if let match = line.wholeMatch(of: #/# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/#) {
                if !help.insert(String(match.1)).inserted { faults.append("help twice: \(line)") }
            } else if let match = line.wholeMatch(
                of: #/# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/#)
            {
                family = String(match.1)
                if types.updateValue(String(match.2), forKey: family) != nil { faults.append("type twice: \(line)") }
                if !help.contains(family) { faults.append("no help: \(line)") }
                if (match.2 == "counter") != family.hasSuffix("_total") { faults.append("name of a counter: \(line)") }
            } else if let sample = Self.sample(line) {
                let suffixes = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                if !suffixes.contains(where: { sample.name == family + $0 }) { faults.append("out of place: \(line)") }
                let key = "\(sample.name) \(sample.labels.sorted { $0.key < $1.key })"
                if !series.insert(key).inserted { faults.append("twice: \(line)") }
                samples.append(sample)
            } else {
                faults.append("no line of the format: \(line)")
            }
        }
        for (name, type) in types where type == "histogram" { checkHistogram(name) }
    }

    /// The value of the series that has these labels among its own.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return found.count == 1 ? found[0].value : nil
    }

    private mutating func checkHistogram(_ name: String) {
        var groups: [[String: String]: [Sample]] = [:]
        for sample in samples where sample.name == name + "_bucket" {
            var labels = sample.labels
            labels["le"] = nil
            groups[labels, default: []].append(sample)
        }
        for (labels, buckets) in groups {
            let bounds = buckets.compactMap { $0.labels["le"].flatMap { $0 == "+Inf" ? .infinity : Double($0) } }
            let isSorted = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
            let isGrowing = zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }
            if bounds.count != buckets.count || bounds.last != .infinity || !isSorted || !isGrowing {
                faults.append("buckets of \(name) \(labels)")
            }
            let count = samples.first { $0.name == name + "_count" && $0.labels == labels }
            if count == nil || count?.value != buckets.last?.value { faults.append("count of \(name) \(labels)") }
            if !samples.contains(where: { $0.name == name + "_sum" && $0.labels == labels }) {
                faults.append("sum of \(name) \(labels)")
            }
        }
    }

    /// By scalars, as the format is meant: a quote with a mark on it ends a text, too.
    private static func sample(_ line: Substring) -> Sample? {
        guard let head = line.prefixMatch(of: #/([a-zA-Z_:][a-zA-Z0-9_:]*)(\{)?/#) else { return nil }
        var rest = line.unicodeScalars[head.range.upperBound...]
        var labels: [String: String] = [:]
        while head.2 != nil, rest.first != "}" {
            let name = rest.prefix { $0 != "=" }
            guard Substring(name).wholeMatch(of: #/[a-zA-Z_][a-zA-Z0-9_]*/#) != nil else { return nil }
            rest = rest.dropFirst(name.count + 1)
            guard rest.popFirst() == "\"", let value = text(&rest) else { return nil }
            if labels.updateValue(value, forKey: String(name)) != nil { return nil }
            if rest.first == "," { rest.removeFirst() } else if rest.first != "}" { return nil }
        }
        if head.2 != nil { rest.removeFirst() }
        guard rest.popFirst() == " ", let value = Double(String(rest)) else { return nil }
        return Sample(name: String(head.1), labels: labels, value: value)
    }

    /// A text up to its closing quote.
    private static func text(_ rest: inout Substring.UnicodeScalarView) -> String? {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return String(text)
            case "\\":
                switch rest.popFirst() {
                case "n": text.append("\n")
                case let escaped? where escaped == "\\" || escaped == "\"": text.append(escaped)
                default: return nil
                }
            default: text.append(scalar)
            }
        }
        return nil
    }
}

/// The sum of the samples of some metrics that have some labels: the Prometheus text format 0.0.4, or OpenMetrics 1.0. Names are those of samples: of a histogram `x` there are `x_bucket`, `x_sum` and `x_count`.
///
/// Only series that are asked for are looked at; one of them that is malformed or no number fails the whole, as does a
/// series that occurs more than once, since a sum would count it twice.
public struct PrometheusFormat: ProbeFormat {
    /// What `read:` says.
    public static let name = "prometheus"

    /// The names of the metrics of the sum.
    public var metrics: [String]
    /// What must hold of a sample's labels.
    public var labels: [Probe.Filter]

    /// Makes it of its keys: `value` names the metrics.
    public static func read(_ keys: ProbeFormatKeys) -> PrometheusFormat? {
        guard let node = keys.value else {
            keys.reading.report(keys.location, "read: prometheus needs a value: the name of a metric")
            return nil
        }
        let metrics = keys.sum(of: "a metric")
        for metric in metrics ?? [] where !metric.isQuoted && !ProbeGrammar.isMetricName(metric.text) {
            keys.reading.report(
                node.location(at: metric.offset), "\(quoted(metric.text)) is not a plain metric name: put it in quotes")
        }
        let labels = keys.filters(of: "a label")
        for (label, location) in (labels ?? []).map({ ($0.name, $0.location) })
        where !label.isQuoted && !ProbeGrammar.isMetricName(label.text, colon: false) {
            keys.reading.report(location, "\(quoted(label.text)) is not a plain label name: put it in quotes")
        }
        guard let metrics, let labels else { return nil }
        return PrometheusFormat(metrics: metrics.map(\.text), labels: labels.map(\.filter))
    }

    /// The number.
    public func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let wanted = metrics.map { Array($0.utf8) }
        var sums = Array(repeating: 0.0, count: metrics.count)
        var found = Array(repeating: false, count: metrics.count)
        var seen: [PrometheusLine.Series: Point] = [:]
        var names: Set<String> = []
        for (number, line) in Self.lines(of: bytes) {
            guard let name = PrometheusLine.name(of: line) else { continue }
            guard wanted.contains(where: { name.elementsEqual($0) }) else {
                if names.count < 1_000 { names.insert(String(decoding: name, as: UTF8.self)) }
                continue
            }
            let sample: PrometheusLine?
            do throws(ProbeFailure) {
                sample = try PrometheusLine(parsing: line, wanted: labels)
            } catch {
                throw ProbeFailure(reason: "line \(number) is not a sample: \(error.reason)")
            }
            if let sample { try Self.add(sample, to: &seen) }
        }
        for (series, point) in seen {
            for (index, metric) in metrics.enumerated() where metric == series.name {
                sums[index] += point.value
                found[index] = true
            }
        }
        if let missing = found.firstIndex(of: false) { throw lack(of: metrics[missing], among: names, in: bytes) }
        let sum = sums.reduce(0, +)
        guard sum.isFinite else { throw ProbeFailure(reason: "\(metrics.joined(separator: " + ")) is \(sum)") }
        return sum
    }

    private struct Point {
        var value: Double
        var timestamp: Double?
    }

    /// OpenMetrics may hold a series at several times: the latest counts.
    private static func add(
        _ sample: PrometheusLine, to seen: inout [PrometheusLine.Series: Point]
    ) throws(ProbeFailure) {
        let series = PrometheusLine.Series(name: sample.name, labels: sample.labels)
        let point = Point(value: sample.value, timestamp: sample.timestamp)
        guard let before = seen[series] else {
            seen[series] = point
            return
        }
        guard let earlier = before.timestamp, let later = point.timestamp, earlier != later else {
            throw ProbeFailure(reason: "a series of \(quoted(sample.name)) occurs more than once")
        }
        if later > earlier { seen[series] = point }
    }

    /// Why a metric wasn't found.
    private func lack(of metric: String, among names: Set<String>, in bytes: [UInt8]) -> ProbeFailure {
        let isThere = Self.lines(of: bytes).contains {
            PrometheusLine.name(of: $0.line)?.elementsEqual(metric.utf8) ?? false
        }
        if isThere {
            let wanted = labels.map(\.shown).joined(separator: " and ")
            return ProbeFailure(reason: "no sample of \(quoted(metric)) has \(quoted(wanted))")
        }
        let sorted = names.sorted()
        // Counters of OpenMetrics end in _total, and what a histogram has are three other names.
        let longer = sorted.first { $0 == metric + "_total" || $0 == metric + "_count" }
        let hint = longer.map { " (did you mean \(quoted($0))?)" } ?? Suggestion.hint(for: metric, amongSeen: sorted)
        return ProbeFailure(reason: "there is no metric \(quoted(metric))\(hint)")
    }

    /// The lines that may hold samples, with their numbers from 1, up to `# EOF`.
    private static func lines(of bytes: [UInt8]) -> [(number: Int, line: ArraySlice<UInt8>)] {
        var lines: [(number: Int, line: ArraySlice<UInt8>)] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.elementsEqual("# EOF".utf8) { break }
            guard let first = line.first(where: { $0 != 32 && $0 != 9 }), first != UInt8(ascii: "#") else { continue }
            lines.append((number, line))
        }
        return lines
    }
}

extension ProbeFormat where Self == PrometheusFormat {
    /// The sum of the samples of some metrics with these labels.
    public static func prometheus(metrics: [String], labels: [Probe.Filter]) -> PrometheusFormat {
        PrometheusFormat(metrics: metrics, labels: labels)
    }
}

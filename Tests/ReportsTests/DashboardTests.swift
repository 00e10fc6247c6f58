import Foundation
import TestSupport
import Testing

@testable import Reports

/// `docs/grafana-dashboard.json`, held against the metrics that there are.
@Suite("Grafana dashboard") struct DashboardTests {
    private typealias Members = [String: Any]

    private static func dashboard() throws -> Members {
        let url = Binary.package.appendingPathComponent("docs/grafana-dashboard.json")
        return try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? Members)
    }

    /// A query and the legend of its series.
    private struct Target {
        var panel: String
        var query: String
        var legend: String
    }

    private static func targets() throws -> [Target] {
        let panels = try #require(dashboard()["panels"] as? [Members])
        return panels.flatMap { panel in
            (panel["targets"] as? [Members] ?? []).map {
                Target(
                    panel: panel["title"] as? String ?? "", query: $0["expr"] as? String ?? "",
                    legend: $0["legendFormat"] as? String ?? "")
            }
        }
    }

    /// What a query names: metrics with the labels that are asked of them, and labels that it groups by.
    private struct Names {
        var metrics: [(name: String, labels: [String])] = []
        var grouped: [String] = []
        var others: Set<String> = []

        init(_ query: String) {
            var rest = query
            for match in rest.matches(of: #/\bby \(([^)]*)\)/#) {
                grouped += match.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            }
            rest = rest.replacing(#/\bby \([^)]*\)/#, with: "").replacing(#/\[\$__rate_interval\]/#, with: "")
            for match in rest.matches(of: #/([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}/#) {
                let labels = match.2.matches(of: #/([a-zA-Z_]+) *(=~|!~|!=|=) *"[^"]*"/#).map { String($0.1) }
                metrics.append((String(match.1), labels))
            }
            rest = rest.replacing(#/[a-zA-Z_:][a-zA-Z0-9_:]*\{[^}]*\}/#, with: "")
            others = Set(rest.matches(of: #/[a-zA-Z_:][a-zA-Z0-9_:]*/#).map { String($0.0) })
        }
    }

    /// The metric that a series is of; nil where there is none. A distribution has three kinds of series.
    private static func metric(of series: String) -> Metric? {
        Metric.all.first { metric in
            metric.kind == .histogram
                ? ["_bucket", "_sum", "_count"].contains { series == metric.prometheusName + $0 }
                : series == metric.prometheusName
        }
    }

    @Test("its queries name metrics and labels that there are")
    func queries() throws {
        let targets = try Self.targets()
        #expect(targets.count > 20)
        var used: Set<Metric> = []
        for target in targets {
            let names = Names(target.query)
            #expect(!names.metrics.isEmpty, "\(target.panel)")
            #expect(names.others.isSubset(of: ["rate", "sum", "histogram_quantile"]), "\(target.query)")
            var labels: Set<String> = []
            for (series, asked) in names.metrics {
                let metric = try #require(Self.metric(of: series), "\(series) in \(target.panel)")
                used.insert(metric)
                // Prometheus itself adds where a series was scraped.
                let own = Set(metric.labels + ["job", "instance"] + (series.hasSuffix("_bucket") ? ["le"] : []))
                #expect(Set(asked).isSubset(of: own), "\(target.query)")
                #expect(Set(names.grouped).isSubset(of: own), "\(target.query)")
                #expect(asked.starts(with: ["job", "instance"]), "\(target.query)")
                labels.formUnion(own)
                // Counters and distributions only grow: what is shown is how fast.
                if metric.kind != .gauge { #expect(target.query.contains("rate(\(series)"), "\(target.query)") }
            }
            let legend = Set(target.legend.matches(of: #/\{\{(\w+)\}\}/#).map { String($0.1) })
            #expect(legend.isSubset(of: target.query.contains("sum") ? Set(names.grouped) : labels), "\(target.legend)")
            if target.query.contains("histogram_quantile") {
                #expect(names.grouped.contains("le") && target.query.contains("_bucket{"), "\(target.query)")
            }
        }
        // What people look for first.
        let bases = [
            "run_info", "running", "verdict", "exchanges", "response_time", "users", "dropped", "start_lag_p99",
            "objective_pass", "verification_pass", "probe",
        ]
        #expect(Set(bases).isSubset(of: used.map(\.base)))
    }

    @Test("it asks for its data source, and every panel has it, an id and a location of its own")
    func form() throws {
        let dashboard = try Self.dashboard()
        let input = try #require((dashboard["__inputs"] as? [Members])?.first)
        #expect(input["name"] as? String == "DS_PROMETHEUS")
        #expect(input["pluginId"] as? String == "prometheus")
        #expect(dashboard["schemaVersion"] as? Int ?? 0 >= 39)
        #expect(dashboard["id"] is NSNull)
        let panels = try #require(dashboard["panels"] as? [Members])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        var places: Set<[Int]> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            #expect((place["x"] ?? 0) + (place["w"] ?? 0) <= 24)
            for x in 0..<(place["w"] ?? 0) {
                for y in 0..<(place["h"] ?? 0) {
                    #expect(places.insert([(place["x"] ?? 0) + x, (place["y"] ?? 0) + y]).inserted)
                }
            }
            guard panel["type"] as? String != "row" else { continue }
            #expect((panel["datasource"] as? [String: String])?["uid"] == "${DS_PROMETHEUS}")
        }
        let variables = try #require((dashboard["templating"] as? Members)?["list"] as? [Members])
        for variable in variables {
            let name = try #require(variable["name"] as? String)
            #expect(variable["definition"] as? String == "label_values(loadgate_run_info, \(name))")
        }
        #expect(variables.compactMap { $0["name"] as? String } == ["job", "instance"])
    }

    @Test("Prometheus' own parser takes its queries, and the page of a run")
    func parser() throws {
        let promtool = try Binary.path(of: "promtool")
        let folder = try TemporaryFolder()
        var rules = "groups:\n- name: dashboard\n  rules:\n"
        for (number, target) in try Self.targets().enumerated() {
            let query = target.query.replacing("$__rate_interval", with: "1m").replacing("$job", with: ".*")
                .replacing("$instance", with: ".*")
            rules += "  - record: dashboard:query_\(number)\n    expr: '\(query)'\n"
        }
        _ = try folder.write("rules.yaml", rules)
        let checked = try Binary.shell("'\(promtool)' check rules rules.yaml", in: folder.url)
        #expect(checked.code == 0, "\(checked.output) \(checked.errors)")
        _ = try folder.write("metrics.prom", PrometheusReport.text(of: Fixtures.rich))
        let linted = try Binary.shell("'\(promtool)' check metrics <metrics.prom", in: folder.url)
        #expect(linted.code == 0, "\(linted.output) \(linted.errors)")
    }
}

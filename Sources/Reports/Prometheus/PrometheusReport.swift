/// `metrics.prom`: the run's figures in the Prometheus text format 0.0.4, for example for the node exporter's textfile
/// collector. Names, labels and units are those of the live metrics; what the run came to is added.
public enum PrometheusReport: ReportFormat {
    /// `metrics.prom`
    public static let fileName = "metrics.prom"

    /// The whole file.
    public static func text(of result: RunResult) -> String { PrometheusText.text(of: MetricSet(result)) }
}

extension RunMetrics {
    /// All of it in the text format 0.0.4.
    public var text: String { PrometheusText.text(of: metrics) }
}

/// The unit of the observed value, the bound and the limit.
public enum MeasuredUnit: String, Codable, CaseIterable, Sendable {
    /// Milliseconds, of latencies.
    case milliseconds = "ms"
    /// Seconds: the measures of a drill.
    case seconds = "s"
    /// A fraction of 1, of ratios.
    case ratio
    /// Events per second.
    case perSecond = "per_second"
    /// A plain number of events.
    case count
    /// What a probe reads, in whatever unit that is.
    case number
}

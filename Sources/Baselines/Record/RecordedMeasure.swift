/// The latency that a step's record is of.
public enum RecordedMeasure: String, CaseIterable, Sendable {
    /// Of requests: finished − intended start.
    case responseTime = "response_time"
    /// Of WebSockets whose messages have replies: matched reply − intended send.
    case roundTrip = "round_trip"
    /// Of a group or an `until`, which is recorded like a step: end of its last exchange − intended start of its first one.
    case groupTime = "group_time"

    /// The name used in files and results.
    public var label: String { rawValue }
}

/// The latencies that an exchange can have; each has a histogram of its own per step.
public enum LatencyMeasure: Int, CaseIterable, Sendable {
    /// Finished − intended start.
    case responseTime
    /// Finished − actual start of sending, connection setup included.
    case serviceTime
    /// Actual − intended start.
    case startLag
    /// First byte of the answer − actual start.
    case firstByte
    /// Looking the host up, for exchanges that needed it.
    case dns
    /// Setup of the connection, for exchanges that needed one.
    case connect
    /// The TLS handshake, for exchanges that needed one.
    case tls
    /// What the server says it spent calculating.
    case calculationTime
    /// WebSocket: matched reply received − intended send of the message.
    case roundTrip
    /// WebSocket: pong received − ping sent.
    case ping
    /// WebSocket: broadcast received − send of the message that led to it.
    case fanOut
    /// Stream of events: first event received − intended start.
    case firstEvent
    /// Stream of events: event received − the one before it received.
    case eventGap

    /// True where an exchange that was cut off would have had one, had it come to its end.
    public var endsWithExchange: Bool {
        switch self {
        case .responseTime, .serviceTime, .firstByte, .calculationTime, .roundTrip: true
        case .startLag, .dns, .connect, .tls, .ping, .fanOut, .firstEvent, .eventGap: false
        }
    }

    /// The name used in scenarios and results, e.g. `response_time`.
    public var label: String {
        switch self {
        case .responseTime: "response_time"
        case .serviceTime: "service_time"
        case .startLag: "start_lag"
        case .firstByte: "first_byte"
        case .dns: "dns"
        case .connect: "connect"
        case .tls: "tls"
        case .calculationTime: "calculation_time"
        case .roundTrip: "round_trip"
        case .ping: "ping"
        case .fanOut: "fan_out"
        case .firstEvent: "first_event"
        case .eventGap: "event_gap"
        }
    }
}

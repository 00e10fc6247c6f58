/// What was measured of one step, over a second or over a whole run.
public struct StepTally: Sendable {
    /// How the exchanges ended.
    public var outcomes = OutcomeCounts()
    /// Bytes received, heads and bodies as they crossed the connection.
    public var bytesReceived: UInt64 = 0
    /// Bytes sent.
    public var bytesSent: UInt64 = 0
    /// Whether the same requests got the same answers, of steps that must be deterministic.
    public var determinism = DeterminismCounts()
    /// Exchanges whose end no kernel stamp dates, so that a late read made them longer.
    public var unstamped: UInt64 = 0
    /// Exchanges that a stall of this process touched: meant to begin before its end, and ended after its beginning.
    public var stalled: UInt64 = 0
    /// Those of them that did not end `ok`.
    public var stalledBad: UInt64 = 0
    /// True for a part of what another step does: what is said of several steps leaves it out.
    public var isPart = false
    /// The events of its streams.
    public var events = EventCounts()

    @usableFromInline var response = LatencyHistogram()
    @usableFromInline var service = LatencyHistogram()
    @usableFromInline var lag = LatencyHistogram()
    @usableFromInline var first = LatencyHistogram()
    // Made when first needed: most steps never connect again, calculate, speak WebSocket or stream events.
    @usableFromInline var lookUp: LatencyHistogram?
    @usableFromInline var connect: LatencyHistogram?
    @usableFromInline var handshake: LatencyHistogram?
    @usableFromInline var calculation: LatencyHistogram?
    @usableFromInline var trip: LatencyHistogram?
    @usableFromInline var pong: LatencyHistogram?
    @usableFromInline var fan: LatencyHistogram?
    @usableFromInline var opening: LatencyHistogram?
    @usableFromInline var gap: LatencyHistogram?

    /// A tally of nothing.
    public init() {}

    /// Records one latency of one exchange.
    @inlinable
    public mutating func record(_ span: Span, as measure: LatencyMeasure) {
        switch measure {
        case .responseTime: response.record(span)
        case .serviceTime: service.record(span)
        case .startLag: lag.record(span)
        case .firstByte: first.record(span)
        case .dns: Self.record(span, in: &lookUp)
        case .connect: Self.record(span, in: &connect)
        case .tls: Self.record(span, in: &handshake)
        case .calculationTime: Self.record(span, in: &calculation)
        case .roundTrip: Self.record(span, in: &trip)
        case .ping: Self.record(span, in: &pong)
        case .fanOut: Self.record(span, in: &fan)
        case .firstEvent: Self.record(span, in: &opening)
        case .eventGap: Self.record(span, in: &gap)
        }
    }

    @usableFromInline
    static func record(_ span: Span, in histogram: inout LatencyHistogram?) {
        if histogram == nil { histogram = LatencyHistogram() }
        histogram?.record(span)
    }

    /// The histogram of a measure; nil where no exchange had it.
    public subscript(measure: LatencyMeasure) -> LatencyHistogram? {
        let histogram: LatencyHistogram? =
            switch measure {
            case .responseTime: response
            case .serviceTime: service
            case .startLag: lag
            case .firstByte: first
            case .dns: lookUp
            case .connect: connect
            case .tls: handshake
            case .calculationTime: calculation
            case .roundTrip: trip
            case .ping: pong
            case .fanOut: fan
            case .firstEvent: opening
            case .eventGap: gap
            }
        return histogram.flatMap { $0.count > 0 ? $0 : nil }
    }

    /// Adds latencies of one measure; exact.
    public mutating func add(_ histogram: LatencyHistogram, as measure: LatencyMeasure) {
        change(measure) { $0.add(histogram) }
    }

    /// Adds latencies of one measure as files carry them; exact.
    public mutating func add(_ histogram: SparseHistogram, as measure: LatencyMeasure) {
        change(measure) { $0.add(histogram) }
    }

    private mutating func change(_ measure: LatencyMeasure, _ change: (inout LatencyHistogram) -> Void) {
        func changeOptional(_ histogram: inout LatencyHistogram?) {
            var changed = histogram ?? LatencyHistogram()
            // Else the counts would be shared with the variable, and copied.
            histogram = nil
            change(&changed)
            histogram = changed
        }
        switch measure {
        case .responseTime: change(&response)
        case .serviceTime: change(&service)
        case .startLag: change(&lag)
        case .firstByte: change(&first)
        case .dns: changeOptional(&lookUp)
        case .connect: changeOptional(&connect)
        case .tls: changeOptional(&handshake)
        case .calculationTime: changeOptional(&calculation)
        case .roundTrip: changeOptional(&trip)
        case .ping: changeOptional(&pong)
        case .fanOut: changeOptional(&fan)
        case .firstEvent: changeOptional(&opening)
        case .eventGap: changeOptional(&gap)
        }
    }

    /// Adds another tally; exact.
    public mutating func add(_ other: StepTally) {
        outcomes.add(other.outcomes)
        bytesReceived &+= other.bytesReceived
        bytesSent &+= other.bytesSent
        determinism.add(other.determinism)
        unstamped &+= other.unstamped
        stalled &+= other.stalled
        stalledBad &+= other.stalledBad
        events.add(other.events)
        response.add(other.response)
        service.add(other.service)
        lag.add(other.lag)
        first.add(other.first)
        Self.add(other.lookUp, to: &lookUp)
        Self.add(other.connect, to: &connect)
        Self.add(other.handshake, to: &handshake)
        Self.add(other.calculation, to: &calculation)
        Self.add(other.trip, to: &trip)
        Self.add(other.pong, to: &pong)
        Self.add(other.fan, to: &fan)
        Self.add(other.opening, to: &opening)
        Self.add(other.gap, to: &gap)
    }

    private static func add(_ other: LatencyHistogram?, to histogram: inout LatencyHistogram?) {
        guard let other else { return }
        if histogram == nil { histogram = other } else { histogram?.add(other) }
    }
}

import Measures

/// What is recorded of an exchange. `mutating`, since all of it is then recorded where it lies and nothing is copied.
extension Recorder {
    /// Records an exchange that is over. `isStalled`: a stall of this process touched it.
    mutating func record(_ exchange: Exchange, _ outcome: Outcome, finished: Instant, isStalled: Bool) {
        let tally = tally(of: Int(exchange.step))
        tally.pointee.outcomes.count(outcome)
        tally.pointee.record(finished - exchange.intended, as: .responseTime)
        tally.pointee.record(finished - exchange.started, as: .serviceTime)
        tally.pointee.record(exchange.started - exchange.intended, as: .startLag)
        if !isStamped { tally.pointee.unstamped &+= 1 }
        if isStalled {
            tally.pointee.stalled &+= 1
            if outcome != .ok { tally.pointee.stalledBad &+= 1 }
        }
        recordPhases(of: exchange)
        tally.pointee.bytesSent &+= exchange.sent
        tally.pointee.bytesReceived &+= exchange.received
    }

    /// Counts an exchange that the run's end cuts off. It has the parts that it came to, and no length as a whole.
    mutating func cutOff(_ exchange: Exchange, isPart: Bool = false) {
        guard exchange.measured else { return }
        if !isPart { interval.unfinished &+= 1 }
        let tally = tally(of: Int(exchange.step))
        tally.pointee.outcomes.count(.unfinished)
        if exchange.started.nanoseconds != 0 {
            tally.pointee.record(exchange.started - exchange.intended, as: .startLag)
            recordPhases(of: exchange)
        }
        tally.pointee.bytesSent &+= exchange.sent
        tally.pointee.bytesReceived &+= exchange.received
    }

    /// Records the parts that the exchange had.
    mutating func recordPhases(of exchange: Exchange) {
        let tally = tally(of: Int(exchange.step))
        if exchange.firstByte.nanoseconds != 0 {
            tally.pointee.record(exchange.firstByte - exchange.started, as: .firstByte)
        }
        if exchange.connected.nanoseconds != 0 {
            tally.pointee.record(exchange.connected - exchange.started, as: .connect)
        }
        if exchange.secured.nanoseconds != 0 {
            tally.pointee.record(exchange.secured - exchange.connected, as: .tls)
        }
    }

    /// Records the parts of an exchange that libcurl carried.
    mutating func record(_ phases: CurlCompletion.Phases, step: Int) {
        let tally = tally(of: step)
        if phases.lookUp > 0 { tally.pointee.record(Span(nanoseconds: phases.lookUp), as: .dns) }
        if phases.connect > 0 { tally.pointee.record(Span(nanoseconds: phases.connect), as: .connect) }
        if phases.tls > 0 { tally.pointee.record(Span(nanoseconds: phases.tls), as: .tls) }
        if phases.firstByte > 0 { tally.pointee.record(Span(nanoseconds: phases.firstByte), as: .firstByte) }
    }
}

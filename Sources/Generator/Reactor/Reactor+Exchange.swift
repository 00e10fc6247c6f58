import CLinux
import Glibc
import Measures
import Scenarios

/// Requests and answers: what is sent, what an answer is found to be, what is recorded.
extension Reactor {
    /// Sends a step's request on a kept connection, or on a new one.
    func beginExchange(_ slot: Int32, step: Int, intended: Instant) {
        let compiled = plan.step(step)
        if compiled.pointee.conversation >= 0 {
            beginConversation(slot, step: step, intended: intended)
            return
        }
        if compiled.pointee.transfer >= 0 {
            beginTransfer(slot, step: step, intended: intended)
            return
        }
        guard let request = request(for: slot, step: compiled) else {
            giveUpUnsent(slot, step: step, at: intended)
            return
        }
        let origin = compiled.pointee.origin
        guard let index = keptConnection(slot, origin: origin) ?? newConnection(slot, origin: origin) else {
            giveUp(slot, step: step)
            return
        }
        let connection = connections.base + Int(index)
        connection.pointee.user = slot
        connection.pointee.attempts = 0
        connection.pointee.exchange = Exchange(
            step: Int32(step), measured: users.base[Int(slot)].measured, intended: intended)
        connection.pointee.reader.begin(toHead: compiled.pointee.toHead)
        if compiled.pointee.keepsAnswer {
            let kept = takeKeptAnswer(step, wantsBody: compiled.pointee.keepsBody)
            if compiled.pointee.keepsRequest {
                kept.pointee.request.keep(request, step: step, withBody: compiled.pointee.keepsBody)
            }
            connection.pointee.kept = kept
        }
        if compiled.pointee.isSecure {
            connection.pointee.plain.append(request)
        } else {
            connection.pointee.output.append(request)
        }
        if connection.pointee.state == .idle {
            connection.pointee.state = .busy
            outgoing.append(index)
        } else {
            start(index)
            connect(index)
        }
    }

    /// Sends the requests of this turn on the connections that are there.
    func sendOutgoing() {
        for index in outgoing {
            start(index)
            if connections.base[Int(index)].tls != nil { pack(index) }
            flush(index)
        }
        outgoing.removeAll(keepingCapacity: true)
    }

    /// The exchange starts here and now; its deadline counts from here.
    func start(_ index: Int32) {
        let connection = connections.base + Int(index)
        let step = plan.step(Int(connection.pointee.exchange.step))
        let now = ReactorClock.now()
        connection.pointee.exchange.started = now
        deadlines.set(
            index, timeoutClass: step.pointee.timeoutClass, deadline: now + Span(nanoseconds: step.pointee.timeout))
    }

    /// The request's bytes, which stay valid until the next request is made; nil where a capture is missing.
    func request(
        for slot: Int32, step: UnsafeMutablePointer<CompiledStep>
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let template = step.pointee.request else { return nil }
        if let constant = template.constant {
            return plan.keepsCookies ? addCookies(to: constant, slot, origin: step.pointee.origin) : constant
        }
        let rendered = template.render(
            users.base[Int(slot)].context, tables: plan.tables, random: &random, to: &output, scratch: &scratch)
        guard rendered else { return nil }
        return plan.keepsCookies ? addCookies(to: output.bytes, slot, origin: step.pointee.origin) : output.bytes
    }

    /// This machine has no descriptor or port left for an exchange: its iteration is given up, and the user comes back a
    /// little later, when there may be one.
    func giveUp(_ slot: Int32, step: Int) {
        explain(slot, step, "not sent: this machine has no descriptor or port left")
        let later = ReactorClock.now() + Span(nanoseconds: 10_000_000)
        giveUpIteration(slot, .exhausted, at: later, then: .later)
    }

    // MARK: The end of an exchange

    /// The response is complete.
    func complete(_ index: Int32, finished: Instant) {
        let connection = connections.base + Int(index)
        let step = Int(connection.pointee.exchange.step)
        let status = Int(connection.pointee.reader.status)
        guard connection.pointee.kept != nil else {
            if plan.steps[step].firstExpected.contains(status) {
                end(index, .ok, finished: finished)
            } else {
                let outcome = plan.judges[step].outcome(ofStatus: status)
                end(index, outcome, finished: finished, reason: "status \(status)")
            }
            return
        }
        let judgement = judgeKept(connection, status: status, finished: finished)
        if let time = judgement.calculationTime, connection.pointee.exchange.measured {
            recorder.tally(of: step).pointee.record(time, as: .calculationTime)
        }
        end(index, judgement.outcome, finished: finished, reason: judgement.message)
    }

    /// The exchange is over, well or not: records it, keeps or closes the connection, and lets its user go on.
    func end(_ index: Int32, _ outcome: Outcome, finished: Instant, reason: @autoclosure () -> String? = nil) {
        let connection = connections.base + Int(index)
        if connection.pointee.isWebSocket {
            openingFailed(index, outcome, finished: finished, reason: reason())
            return
        }
        deadlines.lift(index)
        let slot = connection.pointee.user
        settle(
            connection.pointee.exchange, of: slot, outcome, finished: finished, reason: reason(),
            answer: connection.pointee.kept?.pointee.body.bytes)
        if let kept = connection.pointee.kept {
            giveBack(kept)
            connection.pointee.kept = nil
        }
        keepOrClose(index, answered: outcome.leavesConnectionUsable)
        goOn(slot, after: outcome, at: finished)
    }

    /// Records an exchange of a user that is over, and keeps why it failed. `answer`: what of its body was kept.
    func settle(
        _ exchange: Exchange, of slot: Int32, _ outcome: Outcome, finished: Instant, reason: @autoclosure () -> String?,
        answer: UnsafeBufferPointer<UInt8>? = nil
    ) {
        if exchange.measured {
            record(exchange, outcome, finished: finished)
        } else {
            recorder.interval.warmup &+= 1
        }
        guard outcome != .ok else { return }
        explain(slot, Int(exchange.step), reason(), outcome.leavesConnectionUsable ? answer ?? .empty : nil)
    }

    func record(_ exchange: Exchange, _ outcome: Outcome, finished: Instant) {
        let tally = recorder.tally(of: Int(exchange.step))
        tally.pointee.outcomes.count(outcome)
        tally.pointee.record(finished - exchange.intended, as: .responseTime)
        tally.pointee.record(finished - exchange.started, as: .serviceTime)
        tally.pointee.record(exchange.started - exchange.intended, as: .startLag)
        if !isStamped { tally.pointee.unstamped &+= 1 }
        if stalls.touched(exchange.intended, finished) {
            tally.pointee.stalled &+= 1
            if outcome != .ok { tally.pointee.stalledBad &+= 1 }
        }
        recordPhases(of: exchange)
        tally.pointee.bytesSent &+= exchange.sent
        tally.pointee.bytesReceived &+= exchange.received
    }

    /// Counts an exchange that the run's end cuts off. It has the parts that it came to, and no length as a whole.
    func cutOff(_ exchange: Exchange) {
        guard exchange.measured else { return }
        recorder.interval.unfinished &+= 1
        let tally = recorder.tally(of: Int(exchange.step))
        tally.pointee.outcomes.count(.unfinished)
        if exchange.started.nanoseconds != 0 {
            tally.pointee.record(exchange.started - exchange.intended, as: .startLag)
            recordPhases(of: exchange)
        }
        tally.pointee.bytesSent &+= exchange.sent
        tally.pointee.bytesReceived &+= exchange.received
    }

    /// Records the parts that the exchange had.
    func recordPhases(of exchange: Exchange) {
        let tally = recorder.tally(of: Int(exchange.step))
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

    // MARK: Failures

    func endFailedExchanges() {
        // Those that fail while these end have their turn in the next loop.
        let batch = failedAtOnce
        failedAtOnce.removeAll(keepingCapacity: true)
        for failure in batch {
            if let outcome = failure.outcome {
                end(failure.connection, outcome, finished: ReactorClock.now(), reason: failure.reason)
            } else {
                let slot = connections.base[Int(failure.connection)].user
                let step = Int(connections.base[Int(failure.connection)].exchange.step)
                discardExchange(failure.connection)
                discardConversation(slot)
                giveUp(slot, step: step)
            }
        }
    }

    /// Forgets an exchange that this machine could not begin: it says nothing about the target.
    private func discardExchange(_ index: Int32) {
        let connection = connections.base + Int(index)
        deadlines.lift(index)
        if let kept = connection.pointee.kept {
            giveBack(kept)
            connection.pointee.kept = nil
        }
        closeConnection(index)
    }

    /// Ends what passed its deadline, as far as all that came in until then was read.
    func expireDeadlines(readUpTo read: Instant) {
        // Those that fall due while these end have their turn in the next loop.
        for _ in 0..<Self.turn {
            guard let index = deadlines.expired(at: read) else { return }
            let connection = connections.base + Int(index)
            if connection.pointee.state == .leaving {
                deadlines.lift(index)
                closeConnection(index)
                continue
            }
            let connecting = connection.pointee.state != .busy
            let missing =
                switch connection.pointee.state {
                case .securing: "end of the TLS handshake"
                case .busy: "complete answer"
                default: "connection"
                }
            if connection.pointee.state == .connecting { preferNextAddress(after: connection) }
            let seconds = Span(nanoseconds: plan.steps[Int(connection.pointee.exchange.step)].timeout).seconds
            end(
                index, connecting ? .connectTimeout : .responseTimeout, finished: ReactorClock.now(),
                reason: "no \(missing) within \(seconds) s")
        }
    }

    /// Takes what an exchange of a step keeps its answer in.
    func takeKeptAnswer(_ step: Int, wantsBody: Bool) -> UnsafeMutablePointer<KeptAnswer> {
        let kept: UnsafeMutablePointer<KeptAnswer>
        if let last = keptAnswers.popLast() {
            kept = last
        } else {
            kept = .allocate(capacity: 1)
            kept.initialize(to: KeptAnswer())
        }
        let isExcerpt = !wantsBody && lacksExcerpt[step]
        kept.pointee.begin(wantsBody: wantsBody || isExcerpt, isExcerpt: isExcerpt)
        return kept
    }

    func giveBack(_ kept: UnsafeMutablePointer<KeptAnswer>) {
        kept.pointee.trim()
        keptAnswers.append(kept)
    }
}

extension Outcome {
    /// True where the whole answer was read, whatever it was found to be.
    fileprivate var leavesConnectionUsable: Bool {
        switch self {
        case .ok, .http4xx, .http5xx, .rateLimited, .checkFailed, .bodyTooLarge: true
        case .dns, .refused, .connectTimeout, .tls, .reset, .closedEarly, .responseTimeout, .protocolError,
            .webSocketClosed, .notSent:
            false
        // The run is over.
        case .unfinished: false
        }
    }
}

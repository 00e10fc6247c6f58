import CLinux
import Glibc
import Measures
import Scenarios

/// Requests and answers: what is sent, what an answer is found to be, what is recorded.
extension Reactor {
    /// Sends a step's request on a kept connection, or on a new one.
    func beginExchange(_ slot: UserID, step: Int, intended: Instant) {
        let compiled = plan.step(step)
        if compiled.pointee.conversation >= 0 {
            beginConversation(slot, step: step, intended: intended)
            return
        }
        if compiled.pointee.transfer >= 0 {
            beginTransfer(slot, step: step, intended: intended)
            return
        }
        if compiled.pointee.http2 != nil {
            beginStream(slot, step: step, intended: intended)
            return
        }
        let position = random.position
        guard let request = request(for: slot, step: compiled) else {
            giveUpUnsent(slot, step: step, at: intended)
            return
        }
        let origin = compiled.pointee.origin
        guard let index = kept.take(for: slot, origin: origin) ?? newConnection(slot, origin: origin) else {
            giveUp(slot, step: step)
            return
        }
        let connection = connections[index]
        connection.pointee.user = slot
        connection.pointee.attempts = 0
        connection.pointee.exchange = Exchange(
            step: Int32(step), measured: users[slot].pointee.measured, random: position, intended: intended)
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
            turn.send(index)
        } else {
            start(index)
            connect(index)
        }
    }

    /// Sends the requests of this turn on the connections that are there.
    func sendOutgoing() {
        for index in turn.outgoing {
            start(index)
            if connections[index].pointee.tls != nil { pack(index) }
            flush(index)
        }
        turn.sent()
        sendOutgoingFrames()
    }

    /// The exchange starts here and now; its deadline counts from here.
    func start(_ index: ConnectionID) {
        let connection = connections[index]
        let step = plan.step(Int(connection.pointee.exchange.step))
        let now = ReactorClock.now()
        connection.pointee.exchange.started = now
        deadlines.set(
            index, timeoutClass: step.pointee.timeoutClass, deadline: now + Span(nanoseconds: step.pointee.timeout))
    }

    /// The request's bytes, which stay valid until the next request is made; nil where a capture is missing.
    func request(
        for slot: UserID, step: UnsafeMutablePointer<CompiledStep>
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let template = step.pointee.request else { return nil }
        if let constant = template.constant {
            return plan.keepsCookies ? addCookies(to: constant, slot, origin: step.pointee.origin) : constant
        }
        let isComplete = template.render(
            users[slot].pointee.context, tables: plan.tables, random: &random, to: &buffers.request.pointee,
            scratch: &buffers.scratch.pointee)
        guard isComplete else { return nil }
        let rendered = buffers.request.pointee.bytes
        return plan.keepsCookies ? addCookies(to: rendered, slot, origin: step.pointee.origin) : rendered
    }

    /// This machine has no descriptor or port left for an exchange: its iteration is given up, and the user comes back a
    /// little later, when there may be one.
    func giveUp(_ slot: UserID, step: Int) {
        explain(slot, step, "not sent: this machine has no descriptor or port left")
        let later = ReactorClock.now() + Span(nanoseconds: 10_000_000)
        giveUpIteration(slot, .exhausted, at: later, then: .later)
    }

    // MARK: The end of an exchange

    /// The response is complete.
    func complete(_ index: ConnectionID, finished: Instant) {
        let connection = connections[index]
        closeEvents(connection.pointee.kept, of: connection.pointee.exchange, at: finished, isWhole: true)
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
        rememberSent(connection.pointee.exchange, of: connection.pointee.user, from: .connection(index))
        let judgement = judgeKept(connection, status: status, finished: finished)
        if let time = judgement.calculationTime, connection.pointee.exchange.measured {
            recorder.tally(of: step).pointee.record(time, as: .calculationTime)
        }
        end(index, judgement.outcome, finished: finished, reason: judgement.message)
    }

    /// The exchange is over, well or not: records it, keeps or closes the connection, and lets its user go on.
    func end(_ index: ConnectionID, _ outcome: Outcome, finished: Instant, reason: @autoclosure () -> String? = nil) {
        let connection = connections[index]
        if connection.pointee.isWebSocket {
            openingFailed(index, outcome, finished: finished, reason: reason())
            return
        }
        if connection.pointee.session != nil {
            carrierFailed(index, outcome, finished: finished, reason: reason() ?? "")
            return
        }
        deadlines.lift(index)
        let slot = connection.pointee.user
        if outcome.leavesConnectionUsable {
            noteAnswerer(connection.pointee.kept)
            attempts.status = connection.pointee.reader.status
        }
        connection.pointee.exchange.address = connection.pointee.address
        countStream(connection.pointee.kept, of: connection.pointee.exchange, at: finished)
        settle(
            connection.pointee.exchange, of: slot, outcome, finished: finished, reason: reason(),
            answer: shownBody(connection), from: .connection(index))
        if let kept = connection.pointee.kept {
            // Only now: a request that is shown is made once more with the cookies that it had.
            if plan.keepsCookies, outcome.leavesConnectionUsable {
                takeCookies(
                    from: kept.pointee.head.bytes, slot, origin: Int(connection.pointee.origin),
                    target: kept.pointee.request.target.bytes)
            }
            keptAnswers.giveBack(kept)
            connection.pointee.kept = nil
        }
        if connection.pointee.stream != nil {
            leaveCarrier(index)
        } else {
            keepOrClose(index, answered: outcome.leavesConnectionUsable)
        }
        finishStep(slot, after: outcome, at: finished)
    }

    /// Records an exchange of a user that is over, and keeps why it failed. `answer`: what of its body was kept.
    func settle(
        _ exchange: Exchange, of slot: UserID, _ outcome: Outcome, finished: Instant,
        reason: @autoclosure () -> String?,
        answer: UnsafeBufferPointer<UInt8>? = nil, from source: EvidenceSource
    ) {
        let isStalled = stalls.touched(exchange.intended, finished)
        // What it is a part of is told by itself.
        let isPart = plan.step(Int(exchange.step)).pointee.isPart
        if exchange.measured {
            recorder.record(exchange, outcome, finished: finished, isStalled: isStalled)
            if !isPart {
                recorder.addresses.count(
                    exchange, origin: plan.steps[Int(exchange.step)].origin, isGood: outcome == .ok)
            }
        } else if !isPart {
            recorder.interval.warmup &+= 1
        }
        if attempts.isWanted {
            attempts.note(
                exchange, outcome, iteration: iteration(of: slot), finished: finished, isStalled: isStalled)
        }
        if exchange.measured, evidence.concerns(exchange, outcome, finished: finished) {
            keepEvidence(
                exchange, of: slot, outcome, finished: finished, reason: reason(), answer, from: source)
        }
        if evidence.isRendered { evidence.isRendered = false }
        guard outcome != .ok else { return }
        explain(slot, Int(exchange.step), reason(), outcome.leavesConnectionUsable ? answer ?? .empty : nil)
    }

    /// The run's end cuts an exchange off.
    func cutOff(_ exchange: Exchange, of slot: UserID, at now: Instant) {
        let isPart = plan.step(Int(exchange.step)).pointee.isPart
        recorder.cutOff(exchange, isPart: isPart)
        guard attempts.isWanted else { return }
        attempts.note(exchange, .unfinished, iteration: iteration(of: slot), finished: now, isStalled: false)
    }

    /// The number of a user's iteration; of the login none.
    func iteration(of slot: UserID) -> Int {
        let user = users[slot]
        return user.pointee.login == .underWay ? -1 : user.pointee.context.iteration
    }

    /// Notes who answered, where that is wanted and the answer's head was kept.
    func noteAnswerer(_ kept: UnsafeMutablePointer<KeptAnswer>?) {
        guard let answerers = plan.answerers, let kept else { return }
        attempts.answeredBy = attempts.answererCache.number(in: kept.pointee.head.bytes, answerers)
    }

    // MARK: Failures

    func endFailedExchanges() {
        // Those that fail while these end have their turn in the next loop.
        for failure in turn.takeFailed() {
            if let outcome = failure.outcome {
                end(failure.connection, outcome, finished: ReactorClock.now(), reason: failure.reason)
            } else if connections[failure.connection].pointee.session != nil {
                carrierFailed(failure.connection, nil, finished: ReactorClock.now(), reason: failure.reason)
            } else {
                let slot = connections[failure.connection].pointee.user
                let step = Int(connections[failure.connection].pointee.exchange.step)
                discardExchange(failure.connection)
                discardConversation(slot)
                giveUp(slot, step: step)
            }
        }
    }

    /// Forgets an exchange that this machine could not begin: it says nothing about the target.
    private func discardExchange(_ index: ConnectionID) {
        let connection = connections[index]
        deadlines.lift(index)
        if let kept = connection.pointee.kept {
            keptAnswers.giveBack(kept)
            connection.pointee.kept = nil
        }
        closeConnection(index)
    }

    /// Ends what passed its deadline, as far as all that came in until then was read.
    func expireDeadlines(readUpTo read: Instant) {
        // Those that fall due while these end have their turn in the next loop.
        for _ in 0..<Self.turn {
            guard let index = deadlines.expired(at: read) else { return }
            let connection = connections[index]
            if connection.pointee.state == .leaving {
                deadlines.lift(index)
                closeConnection(index)
                continue
            }
            if connection.pointee.stream != nil {
                expireStream(index)
                continue
            }
            if leaveStreamByTime(index) { continue }
            let connecting = connection.pointee.state != .busy
            let missing =
                switch connection.pointee.state {
                case .securing: "end of the TLS handshake"
                default: "connection"
                }
            if connection.pointee.state == .connecting {
                dialer.avoid(Int(connection.pointee.address), of: Int(connection.pointee.origin))
            }
            let timeout = Span(nanoseconds: plan.steps[Int(connection.pointee.exchange.step)].timeout)
            end(
                index, connecting ? .connectTimeout : .responseTimeout, finished: ReactorClock.now(),
                reason: connecting
                    ? "no \(missing) within \(timeout.seconds) s"
                    : lateness(of: connection.pointee.kept, within: timeout))
        }
    }

    /// Takes what an exchange of a step keeps its answer in.
    func takeKeptAnswer(_ step: Int, wantsBody: Bool) -> UnsafeMutablePointer<KeptAnswer> {
        let kept = keptAnswers.take()
        let isExcerpt = !wantsBody && failures.wantsExcerpt(step)
        kept.pointee.begin(wantsBody: wantsBody || isExcerpt, isExcerpt: isExcerpt)
        kept.pointee.read(plan.events(of: step))
        return kept
    }
}

extension Outcome {
    /// True where the whole answer was read, whatever it was found to be.
    fileprivate var leavesConnectionUsable: Bool {
        switch self {
        case .ok, .http4xx, .http5xx, .rateLimited, .checkFailed, .bodyTooLarge, .untilUnmet, .streamEnded: true
        case .dns, .refused, .connectTimeout, .tls, .reset, .closedEarly, .responseTimeout, .protocolError,
            .webSocketClosed, .notSent:
            false
        // The run is over.
        case .unfinished: false
        }
    }
}

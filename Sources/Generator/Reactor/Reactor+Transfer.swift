import Measures
import Scenarios

/// Exchanges that libcurl carries.
extension Reactor {
    /// Sockets of libcurl are registered with epoll under this in the upper half of the payload.
    static let transferTag = UInt32.max - 1

    /// libcurl's share of a reactor, where the plan has steps for it.
    static func makeTransport(
        _ plan: RunPlan, _ destinations: Destinations, epoll: Int32, slots: Int, descriptors: Int, part: Int = 0
    ) throws -> CurlTransport? {
        guard !plan.transferTemplates.isEmpty else { return nil }
        var settings = CurlSettings(
            plan.scenario.defaults, userAgent: plan.userAgent, authorised: destinations.authorised)
        settings.take(destinations, pick: plan.scenario.defaults.dns.pick, part: part)
        return try CurlTransport(
            epoll: epoll, tag: transferTag, settings: settings, steps: plan.steps.count, capacity: slots,
            connections: slots * plan.endpoints.count, descriptors: descriptors)
    }

    /// Hands a step's request to libcurl.
    func beginTransfer(_ slot: UserID, step: Int, intended: Instant) {
        let compiled = plan.step(step)
        guard let transport, let templates = plan.transferTemplates.baseAddress else { return }
        let kept =
            compiled.pointee.keepsAnswer || failures.wantsExcerpt(step)
            ? takeKeptAnswer(step, wantsBody: compiled.pointee.keepsBody) : nil
        let start = transport.begin(
            step: step, origin: compiled.pointee.origin, templates + compiled.pointee.transfer, user: slot.slot,
            context: users[slot].pointee.context,
            tables: plan.tables, random: &random, timeout: compiled.pointee.timeout, kept: kept,
            keepsExcerpt: failures.looksAt(step),
            wanted: users[slot].pointee.measured ? evidence.wantedStatuses(of: step) : [])
        guard case .begun(let index) = start else {
            if let kept { keptAnswers.giveBack(kept) }
            if start == .missingCapture {
                giveUpUnsent(slot, step: step, at: intended)
            } else {
                giveUp(slot, step: step)
            }
            return
        }
        if let kept, compiled.pointee.keepsRequest { transport.keepRequest(of: index, in: kept) }
        var exchange = Exchange(step: Int32(step), measured: users[slot].pointee.measured, intended: intended)
        exchange.started = ReactorClock.now()
        transfers.begin(TransferTable.Transfer(exchange: exchange, user: slot, kept: kept), at: index)
    }

    /// Lets libcurl go on, and ends what it has done with.
    func carryTransfers(_ now: Instant) {
        guard let transport else { return }
        transport.onTimer(now)
        hearTransfers(transport)
        // What begins and fails at once while these end has its turn in the next loop.
        for _ in 0..<transport.completedCount {
            if let completion = transport.nextCompletion() { complete(completion, transport) }
        }
    }

    private func complete(_ ended: CurlCompletion, _ transport: CurlTransport) {
        let completion = heard(ended)
        let transfer = transfers.end(at: completion.index)
        let slot = transfer.user
        var exchange = transfer.exchange
        exchange.started = completion.started
        exchange.sent = completion.sent
        exchange.received = completion.received
        exchange.address = completion.address
        if exchange.measured { recorder.record(completion.phases, step: Int(exchange.step)) }
        var outcome = Outcome.ok
        attempts.isFresh = completion.phases.connect > 0
        // libcurl reads by itself, and asks for no stamps.
        recorder.isStamped = false
        if completion.end == .answered {
            closeEvents(completion.kept, of: exchange, at: completion.finished, isWhole: true)
        }
        switch completion.end {
        case .answered, .failed:
            countStream(completion.kept, of: exchange, at: completion.finished)
        case .unfinished: countStream(completion.kept, of: exchange, at: completion.finished, isCutOff: true)
        case .exhausted: break
        }
        switch completion.end {
        case .answered:
            let judgement = judge(completion, exchange, of: slot)
            outcome = judgement.outcome
            noteAnswerer(completion.kept)
            attempts.status = UInt16(clamping: completion.status)
            if let time = judgement.calculationTime, exchange.measured {
                recorder.tally(of: Int(exchange.step)).pointee.record(time, as: .calculationTime)
            }
            settle(
                exchange, of: slot, outcome, finished: completion.finished, reason: judgement.message,
                answer: completion.kept.map(\.pointee.body.bytes).flatMap { $0.isEmpty ? nil : $0 }
                    ?? transport.excerpt(of: completion.index), from: .transfer(completion.index))
        case .failed(let failure):
            outcome = failure
            if failure == .connectTimeout {
                transport.avoidAddress(of: completion, origin: plan.steps[Int(exchange.step)].origin)
            }
            settle(
                exchange, of: slot, failure, finished: completion.finished,
                reason: failure == .responseTimeout && completion.kept?.pointee.events.isStream == true
                    ? lateness(
                        of: completion.kept, within: Span(nanoseconds: plan.steps[Int(exchange.step)].timeout))
                    : transport.reason(of: completion),
                from: .transfer(completion.index))
        case .unfinished:
            outcome = .unfinished
            cutOff(exchange, of: slot, at: completion.finished)
        case .exhausted: break
        }
        transport.release(completion.index)
        if let kept = completion.kept { keptAnswers.giveBack(kept) }
        if completion.end == .exhausted {
            giveUp(slot, step: Int(exchange.step))
        } else {
            finishStep(slot, after: outcome, at: completion.finished)
        }
    }

    /// The completion as its stream of events has it: one that gave what was asked of it ended then, and one that was to be
    /// read for so long was answered.
    private func heard(_ completion: CurlCompletion) -> CurlCompletion {
        guard let kept = completion.kept, kept.pointee.events.isWanted else { return completion }
        var completion = completion
        if kept.pointee.events.isOver {
            completion.finished = kept.pointee.events.arrival
        } else if completion.end == .failed(.responseTimeout), mayEndByTime(kept) {
            kept.pointee.events.endByTime(at: completion.finished)
            completion.end = .answered
        }
        return completion
    }

    private func judge(
        _ completion: CurlCompletion, _ exchange: Exchange, of slot: UserID
    ) -> AnswerJudge.Judgement {
        let step = Int(exchange.step)
        let status = Int(completion.status)
        guard let kept = completion.kept?.pointee else {
            let outcome =
                plan.steps[step].firstExpected.contains(status) ? .ok : plan.judges[step].outcome(ofStatus: status)
            return AnswerJudge.Judgement(outcome: outcome, message: outcome == .ok ? nil : "status \(status)")
        }
        var answer = AnswerJudge.Answer(status: status, kept: kept, bodySize: Int(completion.bodyBytes))
        answer.take(exchange, finished: completion.finished)
        return judge(
            answer, to: kept.request, slot: slot, step: step, measured: exchange.measured,
            finished: completion.finished)
    }

    /// The run ends while transfers are under way.
    func endTransfers(at now: Instant) {
        for index in transfers.underWay {
            transport?.cancel(index)
            let transfer = transfers.end(at: index)
            countStream(transfer.kept, of: transfer.exchange, at: now, isCutOff: true)
            if let kept = transfer.kept { keptAnswers.giveBack(kept) }
            cutOff(transfer.exchange, of: transfer.user, at: now)
        }
    }
}

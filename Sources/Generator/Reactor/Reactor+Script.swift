import Measures
import Scenarios

/// Conversations whose entries are written down: carried on, and what their messages are.
extension Reactor {
    // MARK: Going on

    /// Does what is due in a user's conversation, and sees that it is woken for what comes next.
    func proceed(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ conversation: ConversationPlan, at now: Instant
    ) {
        let index = course.pointee.connection
        while true {
            let turn = course.pointee.script?.turn(
                script.pointee, at: now, readUpTo: min(now, sweep.done), held: deadlines.held, random: &random)
            switch turn {
            case .send(let message):
                guard send(message, slot, course, script, conversation) else { return }
            case .takeKept:
                guard let kept = course.pointee.script?.takeKept() else { return }
                kept.bytes.withUnsafeBufferPointer { bytes in
                    let finding = course.pointee.script?.awaited(script.pointee) {
                        $0.holds(of: bytes, kept.kind) { text($0, of: slot) }
                    }
                    take(bytes, kept.kind, as: finding, slot, course, script, conversation, arrival: kept.arrival)
                }
                guard isOpen(index, of: slot) else { return }
            case .late:
                fail(slot, course, script, .responseTimeout, reason: lateText(slot, course, script), isOpen: true)
                return
            case .wait(let due):
                if loadsAreOver, due >= deadline, course.pointee.script?.pauseEnd != nil {
                    cutShort(slot, course, at: now)
                    return
                }
                if course.pointee.nextPing <= now { ping(course, conversation, at: now) }
                flushSession(course)
                wake(slot, by: min(due, course.pointee.nextPing))
                return
            case .close(let code):
                finish(slot, course, script, code)
                return
            case nil: return
            }
        }
    }

    /// Whether a user's WebSocket is still open on a connection.
    func isOpen(_ index: ConnectionID, of slot: UserID) -> Bool {
        connections[index].pointee.state == .open && connections[index].pointee.user == slot
    }

    /// Sends the message that is due; false where the conversation ended over it.
    private func send(
        _ number: Int, _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ conversation: ConversationPlan
    ) -> Bool {
        let now = ReactorClock.now()
        let position = random.position
        let id = messageIDs.next(at: now)
        guard send(script.pointee.messages[number], id: id, slot, course, script, conversation) else { return false }
        course.pointee.script?.sent(number, id: id, random: position, at: now, held: deadlines.held)
        return true
    }

    /// Sends a message; false where the conversation ended over it.
    private func send(
        _ message: ConversationScript.Message, id: Int, _ slot: UserID,
        _ course: UnsafeMutablePointer<ConversationCourse>, _ script: UnsafeMutablePointer<ConversationScript>,
        _ conversation: ConversationPlan
    ) -> Bool {
        users[slot].pointee.context.message = id
        buffers.scratch.pointee.removeAll()
        let context = users[slot].pointee.context
        guard message.template.render(context, tables: plan.tables, random: &random, to: &buffers.scratch.pointee)
        else {
            let step = course.pointee.step
            closeInOrder(course, WebSocketCloseCode.normal)
            discardConversation(slot)
            giveUpUnsent(slot, step: step, at: ReactorClock.now())
            return false
        }
        if let obstacle = obstacle(to: course, conversation) {
            fail(slot, course, script, .responseTimeout, reason: "not sent: \(obstacle)", isOpen: true)
            return false
        }
        withOutput(of: course) { output in
            _ = course.pointee.session?.send(
                message.kind, buffers.scratch.pointee.bytes, workspace: &webSockets, output: &output)
        }
        course.pointee.script?.count(sent: buffers.scratch.pointee.count)
        return true
    }

    // MARK: Receiving

    /// Takes a message that has come.
    func take(
        _ message: UnsafeBufferPointer<UInt8>, _ kind: WebSocketMessageKind, _ slot: UserID,
        _ course: UnsafeMutablePointer<ConversationCourse>, _ script: UnsafeMutablePointer<ConversationScript>,
        _ conversation: ConversationPlan, arrival: Instant
    ) {
        course.pointee.script?.count(received: message.count)
        users[slot].pointee.context.message = course.pointee.script?.id ?? 0
        let finding = course.pointee.script?.finding(script.pointee) { rule in
            rule.holds(of: message, kind) { text($0, of: slot) }
        }
        let index = course.pointee.connection
        take(message, kind, as: finding, slot, course, script, conversation, arrival: arrival)
        // The next message may be what the next entry awaits.
        guard case .expected = finding, isOpen(index, of: slot) else { return }
        proceed(slot, course, script, conversation, at: ReactorClock.now())
    }

    private func take(
        _ message: UnsafeBufferPointer<UInt8>, _ kind: WebSocketMessageKind, as finding: ScriptCourse.Finding?,
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ conversation: ConversationPlan, arrival: Instant
    ) {
        switch finding {
        case .answer(let number): answer(message, by: number, slot, course, script, conversation, arrival: arrival)
        case .expected(let number): takeExpected(message, number, slot, course, script, arrival: arrival)
        case .refused:
            fail(
                slot, course, script, .checkFailed, at: arrival,
                reason: "the next message was \(shown(message, slot, course))", seen: message, isOpen: true)
        case .skipped:
            let number = part(course, script)
            let isShown =
                users[slot].pointee.measured
                && (failures.looksAt(number) || evidence.wants(.responseTimeout, of: number))
            course.pointee.script?.skip(message, isShown: isShown)
        case .kept:
            if course.pointee.script?.keep(message, kind, arrival: arrival) == false {
                fail(
                    slot, course, script, .bodyTooLarge, at: arrival,
                    reason:
                        "more than \(ScriptCourse.keptMost) messages, or \(ScriptCourse.keptBound >> 20) MiB of them, "
                        + "came in the pause before what is expected",
                    isOpen: true)
            }
        case nil: break
        }
    }

    private func takeExpected(
        _ message: UnsafeBufferPointer<UInt8>, _ number: Int, _ slot: UserID,
        _ course: UnsafeMutablePointer<ConversationCourse>, _ script: UnsafeMutablePointer<ConversationScript>,
        arrival: Instant
    ) {
        // What came before the last message was sent is no reply to it, and took no time.
        let finished = max(arrival, course.pointee.script?.started ?? arrival)
        let exchange = exchange(slot, course, script)
        rememberSent(exchange, of: slot, from: source(course))
        users[slot].pointee.context.message = course.pointee.script?.id ?? 0
        let judgement = judge(
            message, by: script.pointee.expectations[number].judge, slot, exchange, finished: finished)
        guard judgement.outcome == .ok else {
            fail(
                slot, course, script, judgement.outcome, at: finished, reason: judgement.message ?? "", seen: message,
                isOpen: true)
            return
        }
        if Int(exchange.step) != course.pointee.step {
            settle(exchange, of: slot, .ok, finished: finished, reason: nil, answer: message, from: source(course))
            course.pointee.script?.endPart()
        }
        course.pointee.script?.came(at: finished, held: deadlines.held)
    }

    private func answer(
        _ message: UnsafeBufferPointer<UInt8>, by number: Int, _ slot: UserID,
        _ course: UnsafeMutablePointer<ConversationCourse>, _ script: UnsafeMutablePointer<ConversationScript>,
        _ conversation: ConversationPlan, arrival: Instant
    ) {
        let rule = script.pointee.answers[number]
        guard course.pointee.script?.answers(number, atMost: rule.most) == true else {
            let times = rule.most == 1 ? "once" : "\(rule.most) times"
            fail(
                slot, course, script, .checkFailed, at: arrival,
                reason: "answered \(times) already, and most allows no more: the next message was "
                    + shown(message, slot, course),
                label: script.pointee.label(ofAnswer: number), seen: message, isOpen: true)
            return
        }
        let judgement = judge(message, by: rule.judge, slot, exchange(slot, course, script), finished: arrival)
        guard judgement.outcome == .ok else {
            fail(
                slot, course, script, judgement.outcome, at: arrival, reason: judgement.message ?? "",
                label: script.pointee.label(ofAnswer: number), seen: message, isOpen: true)
            return
        }
        let id = messageIDs.next(at: ReactorClock.now())
        guard send(rule.message, id: id, slot, course, script, conversation) else { return }
        users[slot].pointee.context.message = course.pointee.script?.id ?? 0
    }

    private func judge(
        _ message: UnsafeBufferPointer<UInt8>, by judge: AnswerJudge, _ slot: UserID, _ exchange: Exchange,
        finished: Instant
    ) -> AnswerJudge.Judgement {
        var answer = AnswerJudge.Answer(message: message)
        answer.take(exchange, finished: finished)
        let step = Int(exchange.step)
        let isTold = exchange.measured && (failures.looksAt(step) || evidence.wants(.checkFailed, of: step))
        return judge.judge(
            answer, captures: users[slot].pointee.context.captures, isTold: isTold,
            secrets: { self.secrets(of: slot, step, message) }, pick: { Int(random.below(UInt64($0))) },
            render: { text($0, of: slot) })
    }

    // MARK: Exchanges

    /// The number of what counts what happens now: a part of the step, or the step.
    private func part(
        _ course: UnsafeMutablePointer<ConversationCourse>, _ script: UnsafeMutablePointer<ConversationScript>
    ) -> Int {
        course.pointee.step + (course.pointee.script?.part(script.pointee) ?? 0)
    }

    /// What happens now as an exchange: of a named entry the reply to what was last sent, else the conversation.
    private func exchange(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>
    ) -> Exchange {
        let number = part(course, script)
        guard number != course.pointee.step, let index = course.pointee.script else { return whole(slot, course) }
        var exchange = Exchange(
            step: Int32(number), measured: users[slot].pointee.measured, random: index.random, intended: index.intended)
        exchange.started = index.started
        return complete(exchange, course, index.sincePart)
    }

    /// The conversation as an exchange, from the intended start of its opening.
    private func whole(_ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>) -> Exchange {
        let opening = connections[course.pointee.connection].pointee.exchange
        var exchange = Exchange(
            step: Int32(course.pointee.step), measured: users[slot].pointee.measured,
            random: course.pointee.script?.random ?? 0, intended: opening.intended)
        exchange.started = opening.started
        return complete(exchange, course, course.pointee.script?.whole)
    }

    private func complete(
        _ exchange: Exchange, _ course: UnsafeMutablePointer<ConversationCourse>, _ bytes: ScriptCourse.Bytes?
    ) -> Exchange {
        var exchange = exchange
        exchange.address = connections[course.pointee.connection].pointee.address
        exchange.sent = UInt64(bytes?.sent ?? 0)
        exchange.received = UInt64(bytes?.received ?? 0)
        return exchange
    }

    private func source(_ course: UnsafeMutablePointer<ConversationCourse>) -> EvidenceSource {
        .entry(
            message: course.pointee.script?.message, id: course.pointee.script?.id ?? 0, on: course.pointee.connection)
    }

    // MARK: The end

    /// All is said: the conversation counts as a whole, and is closed in order.
    private func finish(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ code: UInt16
    ) {
        let finished = course.pointee.script?.reached ?? ReactorClock.now()
        settle(whole(slot, course), of: slot, .ok, finished: finished, reason: nil, from: source(course))
        closeInOrder(course, code)
        finishConversation(slot, at: ReactorClock.now())
    }

    /// The conversation failed at the entry where it is: in its part, if it has one, and as a whole.
    ///
    /// - Parameters:
    ///   - label: The entry to name; nil: the one where it is.
    ///   - seen: The message that shows it; nil: the last one that was passed over, if any.
    ///   - isOpen: Whether the WebSocket is still to be closed.
    private func fail(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ outcome: Outcome, at finished: Instant? = nil,
        reason: @autoclosure () -> String, label: String? = nil, seen: UnsafeBufferPointer<UInt8>? = nil, isOpen: Bool
    ) {
        let finished = finished ?? ReactorClock.now()
        let exchange = exchange(slot, course, script)
        let skipped = course.pointee.script?.lastSkipped ?? []
        let text = "\(label ?? course.pointee.script?.label(script.pointee) ?? ""): \(reason())"
        skipped.withUnsafeBufferPointer { skipped in
            let answer = seen ?? (skipped.isEmpty ? nil : skipped)
            if Int(exchange.step) != course.pointee.step {
                settle(
                    exchange, of: slot, outcome, finished: max(finished, exchange.started), reason: text,
                    answer: answer, from: source(course))
                course.pointee.script?.endPart()
            }
            settle(
                whole(slot, course), of: slot, outcome, finished: finished, reason: text, answer: answer,
                from: source(course))
        }
        if isOpen {
            closeInOrder(course, WebSocketCloseCode.normal)
            finishConversation(slot, at: finished)
        } else {
            leave(course.pointee.connection)
            // From its first entry on.
            reopenOrFinish(slot, at: finished)
        }
    }

    /// The open WebSocket is no more. `isPlanned`: as the conversation awaits it.
    func broken(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, _ outcome: Outcome, at now: Instant, reason: String,
        isPlanned: Bool
    ) {
        guard isPlanned else {
            fail(slot, course, script, outcome, at: now, reason: reason, isOpen: false)
            return
        }
        let finished = max(now, course.pointee.script?.started ?? now)
        let exchange = exchange(slot, course, script)
        if Int(exchange.step) != course.pointee.step {
            settle(exchange, of: slot, .ok, finished: finished, reason: nil, from: source(course))
            course.pointee.script?.endPart()
        }
        settle(whole(slot, course), of: slot, .ok, finished: finished, reason: nil, from: source(course))
        leave(course.pointee.connection)
        finishConversation(slot, at: now)
    }

    /// The run ends while the conversation is under way: what it would have come to is not known.
    func cutOff(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>, at now: Instant
    ) {
        guard case .open = course.pointee.state else { return }
        let exchange = exchange(slot, course, script)
        if Int(exchange.step) != course.pointee.step {
            cutOff(exchange, of: slot, at: now)
            course.pointee.script?.endPart()
        }
        cutOff(whole(slot, course), of: slot, at: now)
    }

    /// Nobody waits for a pause that the run's end cuts off.
    private func cutShort(_ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>, at now: Instant) {
        closeInOrder(course, WebSocketCloseCode.normal)
        endConversation(slot)
        endIteration(slot, at: now, completed: false)
    }

    // MARK: For messages

    private func lateText(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ script: UnsafeMutablePointer<ConversationScript>
    ) -> String {
        guard let index = course.pointee.script else { return "" }
        switch script.pointee.acts[index.index] {
        case .closed(let number): return "not closed within \(script.pointee.closes[number].limit.seconds) s"
        case .expect(let number):
            let late = "no such message within \(script.pointee.expectations[number].limit.seconds) s"
            guard index.skipped > 0 else { return "\(late), none came" }
            let others = index.skipped == 1 ? "1 other came" : "\(index.skipped) others came"
            guard !index.lastSkipped.isEmpty else { return "\(late), \(others)" }
            let last = index.lastSkipped.withUnsafeBufferPointer { shown($0, slot, course) }
            return "\(late), \(others), the last \(last)"
        default: return ""
        }
    }

    /// The beginning of a message, for people.
    private func shown(
        _ message: UnsafeBufferPointer<UInt8>, _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>
    ) -> String {
        let secrets = secrets(of: slot, course.pointee.step, message)
        guard AnswerExcerpt.isText(message) else {
            let digits = AnswerJudge.hex(UnsafeBufferPointer(rebasing: message.prefix(AnswerExcerpt.bytes)))
            return "\(message.count) bytes, hex \(secrets.excerpt(digits, characters: 80))"
        }
        return AnswerExcerpt.text(of: message, secrets: secrets) ?? "empty"
    }
}

extension ConversationScript {
    /// The entry of an answer.
    fileprivate func label(ofAnswer number: Int) -> String {
        var left = number
        for (act, label) in zip(acts, labels) {
            guard case .answer = act else { continue }
            if left == 0 { return label }
            left -= 1
        }
        return ""
    }
}

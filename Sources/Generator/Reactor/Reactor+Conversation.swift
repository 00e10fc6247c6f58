import Glibc
import Measures
import Scenarios

/// Conversations on open WebSockets: carried on, ended.
extension Reactor {
    /// Bytes that wait to be sent on a WebSocket, beyond which no message is added to them: four of the largest messages.
    private static let unsentBound = 64 << 20

    // MARK: Going on

    /// Does what is due in a user's conversation, and sees that it is woken for what comes next.
    func proceed(_ slot: UserID, at now: Instant) {
        guard let course = users[slot].pointee.course else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        switch course.pointee.state {
        case .opening: return
        case .closed(let due):
            if course.pointee.isCut {
                finishConversation(slot, at: now)
            } else if due > now {
                wake(slot, by: due)
            } else {
                open(slot, course, intended: due)
            }
            return
        case .open: break
        }
        if let script = conversation.script {
            proceed(slot, course, script, conversation, at: now)
            return
        }
        giveUpLateReplies(slot, course, conversation, readUpTo: min(now, sweep.done))
        while course.pointee.sends(of: conversation.count), let next = course.pointee.next, next <= now {
            send(slot, course, conversation, intended: next)
        }
        if course.pointee.nextPing <= now { ping(course, conversation, at: now) }
        flushSession(course)
        let following = course.pointee.following(
            at: now, count: conversation.count, hold: conversation.hold, timeout: conversation.timeout,
            held: deadlines.held)
        if let following { wake(slot, by: following) } else { closeInOrder(slot, course) }
    }

    private func giveUpLateReplies(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>, _ conversation: ConversationPlan,
        readUpTo read: Instant
    ) {
        while let oldest = course.pointee.waiting.first,
            oldest.deadline(conversation.timeout, held: deadlines.held) <= read
        {
            let now = ReactorClock.now()
            course.pointee.waiting.removeFirst()
            settle(
                exchange(of: oldest, slot, course), of: slot, .responseTimeout, finished: now,
                reason: "no reply within \(conversation.timeout.seconds) s",
                from: .message(oldest.id, on: course.pointee.connection))
            if conversation.interval == nil { course.pointee.next = now }
        }
    }

    private func send(
        _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>, _ conversation: ConversationPlan,
        intended: Instant
    ) {
        guard let template = conversation.message else { return }
        let now = ReactorClock.now()
        var waiting = ConversationCourse.Waiting(
            id: messageIDs.next(at: now), intended: intended, sent: now, held: deadlines.held, random: random.position)
        course.pointee.sent += 1
        let following = conversation.interval.map { intended + $0 }
        course.pointee.next = following ?? (conversation.reply == nil ? intended : nil)
        users[slot].pointee.context.message = waiting.id
        buffers.scratch.pointee.removeAll()
        guard
            template.render(
                users[slot].pointee.context, tables: plan.tables, random: &random, to: &buffers.scratch.pointee)
        else {
            countUnsent(slot, step: course.pointee.step)
            if conversation.interval == nil { course.pointee.next = now }
            return
        }
        waiting.size = buffers.scratch.pointee.count
        if let obstacle = obstacle(to: course, conversation) {
            settle(
                exchange(of: waiting, slot, course), of: slot, .responseTimeout, finished: now,
                reason: "not sent: \(obstacle)", from: .message(waiting.id, on: course.pointee.connection))
            if conversation.interval == nil { course.pointee.next = now + conversation.timeout }
            return
        }
        withOutput(of: course) { output in
            _ = course.pointee.session?.send(
                conversation.kind, buffers.scratch.pointee.bytes, workspace: &webSockets, output: &output)
        }
        if conversation.reply != nil {
            course.pointee.waiting.append(waiting)
        } else {
            settle(
                exchange(of: waiting, slot, course), of: slot, .ok, finished: now, reason: nil,
                from: .message(waiting.id, on: course.pointee.connection))
        }
    }

    /// Why no message can be added to those that wait to be sent; nil where one can. A server that takes some of them now and
    /// then is slow, and no message fails for it before its time.
    func obstacle(
        to course: UnsafeMutablePointer<ConversationCourse>, _ conversation: ConversationPlan
    ) -> String? {
        let connection = connections[course.pointee.connection]
        func isBlocked() -> Bool {
            connection.pointee.output.count > 0
                && ReactorClock.now() - connection.pointee.blockedSince >= conversation.timeout
        }
        guard isBlocked() || connection.pointee.output.count > Self.unsentBound else { return nil }
        // It may have taken some while this process did something else.
        flushSession(course)
        if isBlocked() { return "the server has taken nothing for \(conversation.timeout.seconds) s" }
        return connection.pointee.output.count > Self.unsentBound
            ? "\(Self.unsentBound >> 20) MiB wait for the server already" : nil
    }

    func ping(
        _ course: UnsafeMutablePointer<ConversationCourse>, _ conversation: ConversationPlan, at now: Instant
    ) {
        // The pong brings the payload back, and with it the instant.
        withUnsafeBytes(of: now.nanoseconds) { payload in
            let payload = payload.assumingMemoryBound(to: UInt8.self)
            withOutput(of: course) { output in
                _ = course.pointee.session?.ping(payload, workspace: &webSockets, output: &output)
            }
        }
        course.pointee.nextPing = now + (conversation.ping ?? .zero)
    }

    /// Where the session's frames go: packed by TLS first, or straight out.
    func withOutput(
        of course: UnsafeMutablePointer<ConversationCourse>, _ body: (inout ByteStore) -> Void
    ) {
        let connection = connections[course.pointee.connection]
        if connection.pointee.tls != nil {
            body(&connection.pointee.plain)
        } else {
            body(&connection.pointee.output)
        }
    }

    /// Sends what the session has made.
    func flushSession(_ course: UnsafeMutablePointer<ConversationCourse>) {
        let index = course.pointee.connection
        let connection = connections[index]
        if connection.pointee.plain.count > 0 { pack(index) }
        if connection.pointee.output.count > 0 { flush(index) }
    }

    /// Bytes that wait to be sent on a conversation's connection, without those that its next frames are appended to.
    private func backlog(of course: UnsafeMutablePointer<ConversationCourse>) -> Int {
        let connection = connections[course.pointee.connection]
        return connection.pointee.tls == nil ? 0 : connection.pointee.output.count
    }

    /// What waited on an open WebSocket has been sent: a ping that was not answered meanwhile is answered now.
    func outputTaken(_ index: ConnectionID) {
        guard let course = users[connections[index].pointee.user].pointee.course else { return }
        let backlog = backlog(of: course)
        withOutput(of: course) { output in
            course.pointee.session?.settle(backlog: backlog, workspace: &webSockets, output: &output)
        }
        flushSession(course)
    }

    // MARK: Receiving

    /// Takes what came in on an open WebSocket.
    func converse(_ index: ConnectionID, _ bytes: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let slot = connections[index].pointee.user
        guard let course = users[slot].pointee.course else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        var rest = bytes
        while true {
            var event: WebSocketSession.Event?
            let backlog = backlog(of: course)
            withOutput(of: course) { output in
                event = course.pointee.session?.receive(
                    &rest, backlog: backlog, workspace: &webSockets, output: &output)
            }
            guard let event else { break }
            switch event {
            case .message(let kind, let message):
                guard let script = conversation.script else {
                    take(message, slot, course, conversation, arrival: arrival)
                    continue
                }
                take(message, kind, slot, course, script, conversation, arrival: arrival)
                // It may have been the last one, or have failed.
                guard isOpen(index, of: slot) else { return }
            case .ping: break
            case .pong(let payload):
                guard payload.count == 8, users[slot].pointee.measured else { continue }
                let sent = Instant(nanoseconds: UnsafeRawBufferPointer(payload).loadUnaligned(as: Int64.self))
                if sent <= arrival { recorder.tally(of: course.pointee.step).pointee.record(arrival - sent, as: .ping) }
            case .closed(let code, let reason):
                flushSession(course)
                broken(
                    slot, .webSocketClosed, at: arrival,
                    reason: closeText(
                        code, String(decoding: reason, as: UTF8.self), slot, step: course.pointee.step),
                    isPlanned: isPlanned(code, course, conversation))
                return
            case .failed(let failure):
                flushSession(course)
                broken(slot, .protocolError, at: arrival, reason: failure.message)
                return
            }
        }
        proceed(slot, at: ReactorClock.now())
    }

    private func take(
        _ message: UnsafeBufferPointer<UInt8>, _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>,
        _ conversation: ConversationPlan, arrival: Instant
    ) {
        let step = course.pointee.step
        let measured = users[slot].pointee.measured
        let answer = AnswerJudge.Answer(message: message)
        let index = conversation.reply?.index(of: message, among: course.pointee.waiting) { id in
            isReply(answer, to: id, slot: slot, step: step)
        }
        if let index {
            let waiting = course.pointee.waiting.remove(at: index)
            users[slot].pointee.context.message = waiting.id
            let source = EvidenceSource.message(waiting.id, on: course.pointee.connection)
            rememberSent(exchange(of: waiting, slot, course), of: slot, from: source)
            var reply = answer
            reply.take(exchange(of: waiting, slot, course), finished: arrival)
            let judgement = judge(
                reply, to: KeptRequest(), slot: slot, step: step, measured: measured, finished: arrival)
            var exchange = exchange(of: waiting, slot, course)
            exchange.received = UInt64(message.count)
            if measured { recorder.tally(of: step).pointee.record(arrival - waiting.intended, as: .roundTrip) }
            settle(
                exchange, of: slot, judgement.outcome, finished: arrival, reason: judgement.message, answer: message,
                from: source)
            if conversation.interval == nil { course.pointee.next = arrival }
        } else if measured, let path = conversation.fanOut, let id = ReplyMatcher.number(at: path, in: message),
            let sent = messageIDs.sent(id, before: arrival)
        {
            recorder.tally(of: step).pointee.record(arrival - sent, as: .fanOut)
        }
    }

    /// The connection of an open WebSocket broke (`error`), or ended without a close frame (0). Which of both a server that
    /// dies is seen to do depends on what it had yet to read.
    func conversationCut(_ index: ConnectionID, error: Int32, at now: Instant) {
        let reason = error == 0 ? "closed without a close frame (1006)" : String(cString: strerror(error))
        broken(connections[index].pointee.user, .webSocketClosed, at: now, reason: reason)
    }

    /// An open WebSocket is no more: what awaits replies gets none. `isPlanned`: the server may end it so; what was still to
    /// come is then not lost, and it is not opened again.
    func broken(_ slot: UserID, _ outcome: Outcome, at now: Instant, reason: String, isPlanned: Bool = false) {
        guard let course = users[slot].pointee.course else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        if let script = conversation.script {
            broken(slot, course, script, outcome, at: now, reason: reason, isPlanned: isPlanned)
            return
        }
        let waiting = course.pointee.waiting
        course.pointee.waiting.removeAll()
        for message in waiting {
            settle(
                exchange(of: message, slot, course), of: slot, outcome, finished: now, reason: reason,
                from: .message(message.id, on: course.pointee.connection))
        }
        let isUnfinished = course.pointee.isUnfinished(at: now, count: conversation.count, hold: conversation.hold)
        if waiting.isEmpty, isUnfinished, !isPlanned, !course.pointee.isCut {
            // Nothing waited, and yet something was lost: the messages to come, or the rest of the time. That has no
            // latency.
            if users[slot].pointee.measured {
                recorder.tally(of: course.pointee.step).pointee.outcomes.count(outcome)
            } else {
                recorder.interval.warmup &+= 1
            }
            let lost = Exchange(step: Int32(course.pointee.step), measured: users[slot].pointee.measured, intended: now)
            if lost.measured, evidence.concerns(lost, outcome, finished: now) {
                keepEvidence(
                    lost, of: slot, outcome, finished: now, reason: reason, nil,
                    from: .silence(on: course.pointee.connection))
            }
            explain(slot, course.pointee.step, reason)
        }
        if conversation.interval == nil { course.pointee.next = nil }
        leave(course.pointee.connection)
        if isPlanned { finishConversation(slot, at: now) } else { reopenOrFinish(slot, at: now) }
    }

    private func isPlanned(
        _ code: UInt16?, _ course: UnsafeMutablePointer<ConversationCourse>, _ conversation: ConversationPlan
    ) -> Bool {
        if let script = conversation.script { return course.pointee.script?.awaitsClose(code, script.pointee) ?? false }
        return conversation.closes.contains(code ?? WebSocketCloseCode.none)
    }

    private func closeText(_ code: UInt16?, _ reason: String, _ slot: UserID, step: Int) -> String {
        let words = reason.isEmpty ? "" : " (\(secrets(of: slot, step, .empty).excerpt(reason, characters: 80)))"
        return "closed by the server with \(code.map(String.init) ?? "no code")\(words)"
    }

    private func exchange(
        of message: ConversationCourse.Waiting, _ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>
    ) -> Exchange {
        var exchange = Exchange(
            step: Int32(course.pointee.step), measured: users[slot].pointee.measured, random: message.random,
            intended: message.intended)
        exchange.started = message.sent
        exchange.sent = UInt64(message.size)
        if case .open = course.pointee.state {
            exchange.address = connections[course.pointee.connection].pointee.address
        }
        return exchange
    }

    // MARK: The end

    /// All is said: closes the WebSocket in order, and the user goes on.
    private func closeInOrder(_ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>) {
        closeInOrder(course, WebSocketCloseCode.normal)
        finishConversation(slot, at: ReactorClock.now())
    }

    /// Closes the WebSocket in order, and leaves its connection.
    func closeInOrder(_ course: UnsafeMutablePointer<ConversationCourse>, _ code: UInt16) {
        withOutput(of: course) { output in
            _ = course.pointee.session?.close(code, workspace: &webSockets, output: &output)
        }
        flushSession(course)
        leave(course.pointee.connection)
    }

    /// The user leaves the connection, which ends by itself: it is the server that closes it (RFC 6455 §7.1.1).
    func leave(_ index: ConnectionID) {
        let connection = connections[index]
        let step = plan.step(Int(connection.pointee.exchange.step))
        connection.pointee.state = .leaving
        connection.pointee.user = .absent
        deadlines.set(
            index, timeoutClass: step.pointee.timeoutClass,
            deadline: ReactorClock.now() + Span(nanoseconds: step.pointee.timeout))
    }

    func finishConversation(_ slot: UserID, at instant: Instant) {
        discardConversation(slot)
        users[slot].pointee.hasActed = true
        if users[slot].pointee.depth > 0 { noteEnd(slot, at: instant) }
        advance(slot, from: instant)
    }

    /// Forgets a user's conversation; its connection is somebody else's matter.
    func discardConversation(_ slot: UserID) {
        guard let course = users[slot].pointee.course else { return }
        users[slot].pointee.course = nil
        users[slot].pointee.wake = .distantFuture
        course.pointee.release()
        course.deinitialize(count: 1)
        course.deallocate()
    }

    /// The run ends while a conversation is under way: whether a reply would have come is not known.
    func endConversation(_ slot: UserID) {
        guard let course = users[slot].pointee.course else { return }
        let now = ReactorClock.now()
        if let script = plan.conversation(of: course.pointee.step).script { cutOff(slot, course, script, at: now) }
        for message in course.pointee.waiting { cutOff(exchange(of: message, slot, course), of: slot, at: now) }
        discardConversation(slot)
    }

    /// The load has ended: a conversation that would go on for longer than it may sends nothing more.
    func cutConversation(_ slot: UserID, at now: Instant) {
        guard let course = users[slot].pointee.course else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        if conversation.script != nil {
            // It goes on as long as it may; what it waits for until after that is not waited for.
            proceed(slot, at: now)
            return
        }
        let end = (course.pointee.opened ?? now) + conversation.plannedLength
        let isOpenEnded = conversation.interval == nil && conversation.count > 1
        if end >= deadline || isOpenEnded {
            course.pointee.isCut = true
            proceed(slot, at: now)
        }
    }
}

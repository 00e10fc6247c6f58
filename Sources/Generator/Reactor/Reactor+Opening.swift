import Measures
import Scenarios

/// WebSockets: opened, and opened again after a break.
extension Reactor {
    /// Begins a step's conversation on a connection of its own.
    func beginConversation(_ slot: UserID, step: Int, intended: Instant) {
        let course = UnsafeMutablePointer<ConversationCourse>.allocate(capacity: 1)
        course.initialize(to: ConversationCourse(step: step))
        users[slot].pointee.course = course
        open(slot, course, intended: intended)
    }

    /// Sends the opening handshake on a new connection. Where that isn't possible the iteration ends.
    func open(_ slot: UserID, _ course: UnsafeMutablePointer<ConversationCourse>, intended: Instant) {
        let step = course.pointee.step
        let compiled = plan.step(step)
        let position = random.position
        guard let request = request(for: slot, step: compiled) else {
            discardConversation(slot)
            giveUpUnsent(slot, step: step, at: intended)
            return
        }
        guard let index = newConnection(slot, origin: compiled.pointee.origin, isKept: false) else {
            discardConversation(slot)
            giveUp(slot, step: step)
            return
        }
        course.pointee.connection = index
        course.pointee.state = .opening
        let key = WebSocketKey(&webSockets)
        course.pointee.key = key
        let connection = connections[index]
        connection.pointee.isWebSocket = true
        connection.pointee.exchange = Exchange(
            step: Int32(step), measured: users[slot].pointee.measured, random: position, intended: intended)
        connection.pointee.reader.begin(toHead: false, upgrade: true)
        let kept = takeKeptAnswer(step, wantsBody: false)
        if compiled.pointee.keepsRequest { kept.pointee.request.keep(request, step: step, withBody: false) }
        connection.pointee.kept = kept
        let target = compiled.pointee.isSecure ? connection.pointer(to: \.plain) : connection.pointer(to: \.output)
        // In front of the empty line that ends the head.
        target?.pointee.append(UnsafeBufferPointer(rebasing: request.dropLast(2)))
        var field = WebSocketHandshake.keyField(key) + "\r\n"
        field.withUTF8 { target?.pointee.append($0) }
        start(index)
        connect(index)
    }

    /// The opening handshake was answered; `rest` came behind the answer.
    func openingAnswered(_ index: ConnectionID, rest: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let connection = connections[index]
        guard let course = users[connection.pointee.user].pointee.course, let key = course.pointee.key else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        let status = Int(connection.pointee.reader.status)
        guard status == 101 else {
            let outcome = plan.judges[course.pointee.step].outcome(ofStatus: status)
            end(index, outcome == .ok ? .checkFailed : outcome, finished: arrival, reason: "status \(status), not 101")
            return
        }
        let agreement: WebSocketHandshake.Agreement
        do throws(WebSocketHandshakeFailure) {
            agreement = try conversation.handshake.agreement(
                head: connection.pointee.kept?.pointee.head.bytes ?? UnsafeBufferPointer(start: nil, count: 0),
                key: key)
        } catch {
            end(index, .protocolError, finished: arrival, reason: error.message)
            return
        }
        deadlines.lift(index)
        connection.pointee.exchange.address = connection.pointee.address
        // Where messages follow, they are the events that count, and the opening is their connection's setup.
        let exchange = connection.pointee.exchange
        if conversation.script != nil {
            // The conversation counts as a whole, at its end.
            if exchange.measured { recorder.recordPhases(of: exchange) }
        } else if conversation.count == 0, course.pointee.opened == nil {
            settle(
                exchange, of: connection.pointee.user, .ok, finished: arrival, reason: nil, from: .connection(index))
        } else if exchange.measured {
            recorder.recordPhases(of: exchange)
            recorder.tally(of: course.pointee.step).pointee.record(exchange.started - exchange.intended, as: .startLag)
        }
        if let kept = connection.pointee.kept {
            if plan.keepsCookies {
                takeCookies(
                    from: kept.pointee.head.bytes, connection.pointee.user, origin: Int(connection.pointee.origin),
                    target: kept.pointee.request.target.bytes)
            }
            keptAnswers.giveBack(kept)
            connection.pointee.kept = nil
        }
        connection.pointee.state = .open
        course.pointee.state = .open
        course.pointee.session = WebSocketSession(deflate: agreement.deflate)
        if course.pointee.opened == nil {
            course.pointee.opened = arrival
            course.pointee.next = arrival
        } else if conversation.interval == nil {
            course.pointee.next = arrival
        }
        if let ping = conversation.ping { course.pointee.nextPing = arrival + ping }
        let slot = connection.pointee.user
        if conversation.script != nil {
            course.pointee.script = ScriptCourse(opened: arrival, held: deadlines.held)
            // What it says first, and what it answers, comes before what the server says.
            proceed(slot, at: ReactorClock.now())
            guard isOpen(index, of: slot) else { return }
        }
        if !rest.isEmpty { converse(index, rest, arrival: arrival) }
        // What came behind the answer may have ended it all.
        guard users[slot].pointee.course == course else { return }
        if loadsAreOver { cutConversation(slot, at: arrival) }
        proceed(slot, at: ReactorClock.now())
    }

    /// The opening handshake failed.
    func openingFailed(
        _ index: ConnectionID, _ outcome: Outcome, finished: Instant, reason: @autoclosure () -> String?
    ) {
        let connection = connections[index]
        let slot = connection.pointee.user
        deadlines.lift(index)
        connection.pointee.exchange.address = connection.pointee.address
        settle(
            connection.pointee.exchange, of: slot, outcome, finished: finished, reason: reason(),
            answer: connection.pointee.kept?.pointee.body.bytes, from: .connection(index))
        if let kept = connection.pointee.kept {
            keptAnswers.giveBack(kept)
            connection.pointee.kept = nil
        }
        closeConnection(index)
        reopenOrFinish(slot, at: finished)
    }

    /// After a break: the conversation is opened again where it may be, else it is over.
    func reopenOrFinish(_ slot: UserID, at instant: Instant) {
        guard let course = users[slot].pointee.course else { return }
        let conversation = plan.conversation(of: course.pointee.step)
        course.pointee.release()
        guard let due = course.pointee.reopen(at: instant, atMost: conversation.reconnects) else {
            finishConversation(slot, at: instant)
            return
        }
        if users[slot].pointee.measured { recorder.interval.reconnects &+= 1 }
        wake(slot, by: due)
    }
}

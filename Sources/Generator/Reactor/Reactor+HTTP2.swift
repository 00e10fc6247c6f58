import CNghttp2
import Measures
import Scenarios

/// HTTP/2: exchanges as streams, begun, ended, and begun again where the server did not process them.
extension Reactor {
    /// How often an exchange that the server did not process is sent again.
    static let replays = 10

    /// Sends a step's request as a stream, on a connection that has room for it.
    func beginStream(_ slot: UserID, step: Int, intended: Instant) {
        guard let index = connections.take() else {
            giveUp(slot, step: step)
            return
        }
        let compiled = plan.step(step)
        let connection = connections[index]
        let stream = streams.take(index: index.index)
        let measured = users[slot].pointee.measured
        connection.pointee.stream = stream
        connection.pointee.address = -1
        connection.pointee.state = .waiting
        connection.pointee.user = slot
        connection.pointee.origin = Int32(truncatingIfNeeded: compiled.pointee.origin)
        connection.pointee.exchange = Exchange(step: Int32(step), measured: measured, intended: intended)
        guard let count = render(index) else {
            forgetStream(index)
            giveUpUnsent(slot, step: step, at: intended)
            return
        }
        stream.pointee.lowestExpected = compiled.pointee.firstExpected.lowerBound
        stream.pointee.highestExpected = compiled.pointee.firstExpected.upperBound
        stream.pointee.keepsExcerpt = measured && failures.looksAt(step) && failures.mayBeginExcerpt(step)
        if measured {
            stream.pointee.wanted = evidence.wantedStatuses(of: step)
            stream.pointee.slowFrom = intended + Span(nanoseconds: max(0, evidence.limit(of: step)))
        }
        if compiled.pointee.keepsAnswer {
            let kept = takeKeptAnswer(step, wantsBody: compiled.pointee.keepsBody)
            connection.pointee.kept = kept
            stream.pointee.kept = kept
        }
        keepRequest(index)
        route(index, fields: count)
    }

    /// Renders a stream's request into the reactor's buffers, and its body; the number of fields, nil where a capture is
    /// missing.
    func render(_ index: ConnectionID) -> Int? {
        let connection = connections[index]
        guard let stream = connection.pointee.stream,
            let template = plan.step(Int(connection.pointee.exchange.step)).pointee.http2
        else { return nil }
        let slot = connection.pointee.user
        connection.pointee.exchange.random = random.position
        guard
            let request = template.render(
                users[slot].pointee.context, tables: plan.tables, random: &random, to: buffers.fields,
                values: &buffers.request.pointee, ownBody: &stream.pointee.ownBody)
        else { return nil }
        stream.pointee.body = request.body
        guard plan.keepsCookies else { return request.fields }
        return request.fields + addCookieField(request.fields, of: slot, template, Int(connection.pointee.origin))
    }

    /// Adds a field with the user's cookies behind those that are there; gives 1 where there are some, else 0.
    private func addCookieField(
        _ fields: Int, of slot: UserID, _ template: HTTP2RequestTemplate, _ origin: Int
    ) -> Int {
        guard appendCookies(of: slot, origin: origin, target: template.target(of: buffers.fields)) else { return 0 }
        let value = buffers.scratch.pointee.bytes
        guard let base = value.baseAddress else { return 0 }
        let name = Self.cookieName
        buffers.fields[fields] = nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name.utf8Start), value: UnsafeMutablePointer(mutating: base),
            namelen: name.utf8CodeUnitCount, valuelen: value.count,
            flags: UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue))
        return 1
    }

    private static let cookieName: StaticString = "cookie"

    /// Keeps what a stream that was just rendered asks, where it is needed to judge the answer.
    func keepRequest(_ index: ConnectionID) {
        let connection = connections[index]
        let step = Int(connection.pointee.exchange.step)
        let compiled = plan.step(step)
        guard compiled.pointee.keepsRequest, let kept = connection.pointee.kept,
            let stream = connection.pointee.stream, let template = compiled.pointee.http2
        else { return }
        kept.pointee.request.keep(
            target: template.target(of: buffers.fields),
            body: compiled.pointee.keepsBody ? stream.pointee.body : .empty, step: step)
    }

    // MARK: The end

    /// Handles the streams of a connection that have ended, and the connection's own end.
    func settleStreams(_ carrier: ConnectionID) {
        let connection = connections[carrier]
        guard let session = connection.pointee.session else { return }
        let generation = connection.pointee.generation
        if session.pointee.hasEnded {
            var ended = endedStreams
            endedStreams = []
            HTTP2Session.takeEnded(session, into: &ended)
            for stream in ended where stream.pointee.end != .none {
                let index = ConnectionID(index: stream.pointee.index)
                if connections[index].pointee.stream == stream { endStream(index, stream) }
            }
            ended.removeAll(keepingCapacity: true)
            endedStreams = ended
        }
        guard connections[carrier].pointee.generation == generation else { return }
        let origin = Int(connection.pointee.origin)
        if let breach = session.pointee.breach {
            carrierFailed(carrier, .protocolError, finished: ReactorClock.now(), reason: breach)
        } else if session.pointee.isLeaving {
            pools.remove(carrier, origin: origin)
            if !connection.pointee.nextStream.isPresent { closeCarrier(carrier) }
            if plan.connectionPolicy == .shared { serveWaiting(origin) }
        } else if plan.connectionPolicy == .shared {
            serveWaiting(origin)
        }
    }

    private func endStream(_ index: ConnectionID, _ stream: UnsafeMutablePointer<HTTP2Stream>) {
        let connection = connections[index]
        let finished = stream.pointee.finished
        startStream(index)
        takeCounts(index)
        switch stream.pointee.end {
        case .none: break
        case .complete:
            connection.pointee.reader.end(status: stream.pointee.status, bodyBytes: stream.pointee.bodyBytes)
            if stream.pointee.excerpt.count > 0 { _ = failures.beginExcerpt(Int(connection.pointee.exchange.step)) }
            complete(index, finished: finished)
        case .refused(let isLeaving): replay(index, isLeaving: isLeaving, at: finished)
        case .reset(let code):
            let name = HTTP2Callbacks.name(ofCode: code)
            end(index, .reset, finished: finished, reason: "the server reset the stream: \(name)")
        case .broken(let failure):
            end(
                index, .protocolError, finished: finished,
                reason: failure?.message ?? "the server breaks HTTP/2: its answer is malformed")
        }
    }

    /// Takes over what was counted on the stream, and the address that its connection led to.
    func takeCounts(_ index: ConnectionID) {
        let connection = connections[index]
        guard let stream = connection.pointee.stream else { return }
        let carrier = connection.pointee.carrier
        if carrier.isPresent { connection.pointee.address = connections[carrier].pointee.address }
        connection.pointee.exchange.firstByte = stream.pointee.firstByte
        connection.pointee.exchange.sent &+= stream.pointee.sent
        connection.pointee.exchange.received &+= stream.pointee.received
        (stream.pointee.sent, stream.pointee.received) = (0, 0)
    }

    /// Sends a request that the server did not process again; its time goes on (RFC 9113 §8.7).
    private func replay(_ index: ConnectionID, isLeaving: Bool, at instant: Instant) {
        let connection = connections[index]
        guard let stream = connection.pointee.stream else { return }
        connection.pointee.attempts += 1
        guard connection.pointee.attempts <= Self.replays else {
            let what = isLeaving ? "left the connection (GOAWAY)" : "refused the stream (REFUSED_STREAM)"
            end(
                index, isLeaving ? .closedEarly : .reset, finished: instant,
                reason: "the server \(what), \(Self.replays + 1) times")
            return
        }
        let carrier = connection.pointee.carrier
        unlink(index)
        stream.pointee.rewind()
        connection.pointee.state = .waiting
        if carrier.isPresent, !connections[carrier].pointee.nextStream.isPresent, isLeaving { closeCarrier(carrier) }
        guard let fields = render(index) else {
            giveUpStream(index, isMissing: true)
            return
        }
        keepRequest(index)
        route(index, fields: fields)
    }

    /// Takes a stream out of those of its connection.
    func unlink(_ index: ConnectionID) {
        let connection = connections[index]
        let carrier = connection.pointee.carrier
        guard carrier.isPresent else { return }
        let next = connection.pointee.nextStream
        let previous = connection.pointee.previousStream
        if previous.isPresent {
            connections[previous].pointee.nextStream = next
        } else {
            connections[carrier].pointee.nextStream = next
        }
        if next.isPresent { connections[next].pointee.previousStream = previous }
        connection.pointee.carrier = .absent
        connection.pointee.nextStream = .absent
        connection.pointee.previousStream = .absent
        if connections[carrier].pointee.carrier == index { connections[carrier].pointee.carrier = .absent }
    }

    /// The exchange of a stream has been recorded: its place is free again. One that has not ended is given up, and the
    /// connection stays.
    func leaveCarrier(_ index: ConnectionID) {
        let connection = connections[index]
        let origin = Int(connection.pointee.origin)
        if connection.pointee.state == .waiting { pools.leave(origin: origin) }
        let carrier = connection.pointee.carrier
        unlink(index)
        if carrier.isPresent, let stream = connection.pointee.stream, stream.pointee.end == .none,
            let session = connections[carrier].pointee.session
        {
            HTTP2Session.cancel(session, stream)
            sendFrames(of: carrier)
        }
        forgetStream(index)
        guard carrier.isPresent else { return }
        let state = connections[carrier].pointee.state
        if state == .connecting || state == .securing || plan.connectionPolicy == .fresh, state != .failed {
            closeCarrier(carrier)
        }
        // Streams that wait are served once all that ended with this one are settled.
    }

    func forgetStream(_ index: ConnectionID) {
        if let stream = connections[index].pointee.stream { streams.giveBack(stream) }
        connections.give(back: index)
    }

    /// This machine can't carry the exchange, or a capture is missing for it.
    func giveUpStream(_ index: ConnectionID, isMissing: Bool = false) {
        let connection = connections[index]
        let slot = connection.pointee.user
        let exchange = connection.pointee.exchange
        deadlines.lift(index)
        if let kept = connection.pointee.kept { keptAnswers.giveBack(kept) }
        unlink(index)
        forgetStream(index)
        if isMissing {
            giveUpUnsent(slot, step: Int(exchange.step), at: ReactorClock.now())
        } else {
            giveUp(slot, step: Int(exchange.step))
        }
    }

    /// What of a stream's answer was kept to show it.
    func shownBody(_ connection: UnsafeMutablePointer<Connection>) -> UnsafeBufferPointer<UInt8>? {
        let body = connection.pointee.kept?.pointee.body.bytes
        guard let stream = connection.pointee.stream, stream.pointee.excerpt.count > 0, body?.isEmpty != false else {
            return body
        }
        return stream.pointee.excerpt.bytes
    }

    /// The stream passed its deadline.
    func expireStream(_ index: ConnectionID) {
        let connection = connections[index]
        if leaveStreamByTime(index) { return }
        let timeout = Span(nanoseconds: plan.steps[Int(connection.pointee.exchange.step)].timeout)
        let carrier = connection.pointee.carrier
        takeCounts(index)
        let outcome: Outcome
        let reason: String
        switch carrier.isPresent ? connections[carrier].pointee.state : waitingState(of: connection) {
        case .multiplexed where carrier.isPresent:
            (outcome, reason) = (.responseTimeout, lateness(of: connection.pointee.kept, within: timeout))
        case .multiplexed: (outcome, reason) = (.responseTimeout, FailureText.noStream(within: timeout))
        case .securing: (outcome, reason) = (.connectTimeout, FailureText.noHandshake(within: timeout))
        default:
            if carrier.isPresent, connections[carrier].pointee.state == .connecting {
                dialer.avoid(Int(connections[carrier].pointee.address), of: Int(connection.pointee.origin))
            }
            (outcome, reason) = (.connectTimeout, FailureText.noConnection(within: timeout))
        }
        let origin = Int(connection.pointee.origin)
        end(index, outcome, finished: ReactorClock.now(), reason: reason)
        if plan.connectionPolicy == .shared { serveWaiting(origin) }
    }

    /// How far the connections have come that a stream waits for.
    private func waitingState(of connection: UnsafeMutablePointer<Connection>) -> Connection.State {
        let carriers = pools.carriers(of: Int(connection.pointee.origin))
        let isThere = carriers.contains { connections[$0].pointee.state == .multiplexed }
        return isThere ? .multiplexed : .connecting
    }
}

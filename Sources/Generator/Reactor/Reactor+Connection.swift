import CLinux
import Glibc
import Measures
import Scenarios

/// Connections: set up, written to, read from, kept and closed.
extension Reactor {
    // MARK: Kept connections

    /// After an exchange.
    func keepOrClose(_ index: ConnectionID, answered: Bool) {
        let connection = connections[index]
        guard answered, connection.pointee.reader.persistent, connection.pointee.output.count == 0,
            !connection.pointee.isSpent, kept.keep(index)
        else {
            closeConnection(index)
            return
        }
    }

    /// A place for a new connection, kept for its user's next exchanges where the plan has it so; nil where this machine
    /// has none left.
    func newConnection(_ slot: UserID, origin: Int, isKept: Bool = true) -> ConnectionID? {
        guard let index = connections.take() ?? takeFromLeaving() else { return nil }
        let connection = connections[index]
        connection.pointee.origin = Int32(origin)
        connection.pointee.address = Int32(dialer.firstAddress(of: origin))
        guard openSocket(index) else {
            connections.give(back: index)
            return nil
        }
        connection.pointee.state = .connecting
        connectionCount &+= 1
        connection.pointee.number = connectionCount
        connection.pointee.opened = ReactorClock.now()
        connection.pointee.user = slot
        if isKept { kept.add(index, for: slot) }
        return index
    }

    /// Where all places are taken, those who left their WebSockets need not wait for the peer to close them.
    private func takeFromLeaving() -> ConnectionID? {
        guard let index = connections.used.first(where: { connections[$0].pointee.state == .leaving }) else {
            return nil
        }
        deadlines.lift(index)
        closeConnection(index)
        return connections.take()
    }

    /// Closes, forgets, and makes the place free. The exchange on it has ended before.
    func closeConnection(_ index: ConnectionID) {
        kept.remove(index)
        let descriptor = connections[index].pointee.descriptor
        if descriptor >= 0 { close(descriptor) }
        connections.give(back: index)
    }

    // MARK: Setting up

    private func openSocket(_ index: ConnectionID) -> Bool {
        let connection = connections[index]
        let descriptor = dialer.openSocket(
            origin: Int(connection.pointee.origin), address: Int(connection.pointee.address))
        connection.pointee.descriptor = descriptor ?? -1
        return descriptor != nil
    }

    /// Begins to connect; goes through the origin's addresses until one lets it.
    func connect(_ index: ConnectionID) {
        let connection = connections[index]
        let status = dialer.connect(
            connection.pointee.descriptor, origin: Int(connection.pointee.origin),
            address: Int(connection.pointee.address))
        if status == 0 || status == -EINPROGRESS {
            let added = loadgate_epoll_control(
                epoll, EPOLL_CTL_ADD, connection.pointee.descriptor, EPOLLOUT.rawValue | EPOLLIN.rawValue,
                payload(index))
            connection.pointee.awaitsWritability = true
            if added < 0 { failAtOnce(index, errno: -added) }
        } else {
            connectFailed(index, errno: -status)
        }
    }

    private func connectFailed(_ index: ConnectionID, errno error: Int32) {
        let connection = connections[index]
        let origin = Int(connection.pointee.origin)
        connection.pointee.attempts += 1
        guard
            let next = dialer.preferred.next(
                after: Int(connection.pointee.address), of: origin, attempts: Int(connection.pointee.attempts))
        else {
            failAtOnce(index, errno: error)
            return
        }
        close(connection.pointee.descriptor)
        connection.pointee.descriptor = -1
        connection.pointee.generation &+= 1
        connection.pointee.address = Int32(next)
        if openSocket(index) { connect(index) } else { failAtOnce(index, errno: EMFILE) }
    }

    private func failAtOnce(_ index: ConnectionID, errno error: Int32) {
        connections[index].pointee.state = .failed
        deadlines.lift(index)
        let reason = dialer.reason(error, of: Int(connections[index].pointee.origin))
        turn.fail(index, Outcome.ofConnect(error), reason: reason)
    }

    private func established(_ index: ConnectionID) {
        let connection = connections[index]
        var error = loadgate_socket_error(connection.pointee.descriptor)
        // A port of the ephemeral range that nobody listens on may be given to the very socket that connects to it.
        if error == 0, loadgate_is_connected_to_itself(connection.pointee.descriptor) { error = ECONNREFUSED }
        if error != 0 {
            connectFailed(index, errno: error)
            return
        }
        connection.pointee.exchange.connected = ReactorClock.now()
        dialer.prefer(Int(connection.pointee.address), of: Int(connection.pointee.origin))
        if plan.step(Int(connection.pointee.exchange.step)).pointee.isSecure {
            secure(index)
        } else if connection.pointee.session != nil {
            carrierOpened(index)
        } else {
            connection.pointee.state = .busy
            flush(index)
        }
    }

    private func payload(_ index: ConnectionID) -> UInt64 {
        UInt64(connections[index].pointee.generation) << 32 | UInt64(UInt32(bitPattern: index.index))
    }

    // MARK: Events

    func onEvent(_ index: ConnectionID) {
        let connection = connections[index]
        switch connection.pointee.state {
        case .free, .failed, .waiting: return
        case .connecting: established(index)
        case .busy where connection.pointee.exchange.started.nanoseconds == 0:
            // Its request goes out at the end of this turn. What happened to the kept connection meanwhile is reported
            // again, and then meets an exchange that has begun.
            return
        case .leaving: discard(index)
        case .multiplexed:
            if connection.pointee.awaitsWritability {
                flush(index)
                if connection.pointee.output.count == 0 { sendFrames(of: index) }
            }
            read(index)
        case .busy, .securing, .open:
            if connection.pointee.awaitsWritability {
                flush(index)
                if connection.pointee.state == .open, connection.pointee.output.count == 0 { outputTaken(index) }
            }
            read(index)
        case .idle where connection.pointee.tls != nil:
            // Tickets for later sessions come when the server likes (RFC 8446 §4.6.1).
            read(index)
        case .idle:
            // The peer closes it, or speaks unasked: neither is of use, and no exchange is to blame.
            closeConnection(index)
        }
    }

    // MARK: Sending

    /// Sends what the socket takes of the connection's output.
    func flush(_ index: ConnectionID) {
        let connection = connections[index]
        let output = connection.pointee.output.bytes
        if output.isEmpty {
            setInterest(index, writable: false)
        } else {
            taken(loadgate_send(connection.pointee.descriptor, output.baseAddress, output.count), on: index)
        }
    }

    /// Takes note of what `send` said about the connection's output.
    private func taken(_ sent: Int64, on index: ConnectionID) {
        let connection = connections[index]
        if sent >= 0 {
            connection.pointee.exchange.sent &+= UInt64(sent)
            connection.pointee.output.removeFirst(Int(sent))
            if connection.pointee.output.count == 0 {
                connection.pointee.output.trim(to: Self.keptOutputSize)
                setInterest(index, writable: false)
                return
            }
            connection.pointee.blockedSince = ReactorClock.now()
        } else if sent != -Int64(EAGAIN), sent != -Int64(EINTR) {
            // The peer has closed or reset; it may have answered before (RFC 9112 §9.5), so what is there is read.
            connection.pointee.isSpent = true
            connection.pointee.sendError = Int32(truncatingIfNeeded: -sent)
            connection.pointee.output.removeAll()
        } else if !connection.pointee.awaitsWritability {
            connection.pointee.blockedSince = ReactorClock.now()
        }
        setInterest(index, writable: connection.pointee.output.count > 0)
    }

    private func setInterest(_ index: ConnectionID, writable: Bool) {
        let connection = connections[index]
        guard connection.pointee.awaitsWritability != writable else { return }
        connection.pointee.awaitsWritability = writable
        let interest = writable ? EPOLLIN.rawValue | EPOLLOUT.rawValue : EPOLLIN.rawValue
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_MOD, connection.pointee.descriptor, interest, payload(index))
    }

    // MARK: Receiving

    private func read(_ index: ConnectionID) {
        let connection = connections[index]
        var stamp: Int64 = 0
        let count = loadgate_receive(connection.pointee.descriptor, buffers.read, ReactorBuffers.readSize, &stamp)
        if count == -Int64(EAGAIN) || count == -Int64(EINTR) { return }
        let now = ReactorClock.now()
        if count <= 0 {
            closed(index, error: Int32(-count), at: now)
            return
        }
        let stamped = clock.arrival(stamp: stamp, started: connection.pointee.exchange.started, read: now)
        if let stamped, connection.pointee.exchange.measured {
            recorder.interval.generatorDelay.record(now - stamped)
        }
        let arrival = stamped ?? now
        recorder.isStamped = stamped != nil
        connection.pointee.exchange.received &+= UInt64(count)
        let bytes = UnsafeBufferPointer<UInt8>(start: buffers.read, count: Int(count))
        if connection.pointee.tls != nil {
            receiveSecured(index, bytes, arrival: arrival)
        } else {
            feed(index, bytes, arrival: arrival)
        }
    }

    /// Gives bytes of the answer to its reader.
    func feed(_ index: ConnectionID, _ fresh: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let connection = connections[index]
        if connection.pointee.state == .open {
            converse(index, fresh, arrival: arrival)
            return
        }
        if connection.pointee.state == .multiplexed {
            receiveFrames(index, fresh, arrival: arrival)
            return
        }
        if connection.pointee.exchange.firstByte.nanoseconds == 0 { connection.pointee.exchange.firstByte = arrival }
        var bytes = fresh
        if connection.pointee.stash.count > 0 {
            connection.pointee.stash.append(fresh)
            bytes = connection.pointee.stash.bytes
        }
        let progress: ResponseReader.Progress
        let hadHead = connection.pointee.reader.status != 0
        do throws(ResponseFailure) {
            // Of a WebSocket's opening no two are alike.
            connection.pointee.kept?.pointee.events.arrival = arrival
            let known = connection.pointee.isWebSocket ? nil : knownHead(of: Int(connection.pointee.exchange.step))
            progress = try connection.pointee.reader.consume(bytes, into: connection.pointee.kept, known: known)
            if !hadHead { keepExcerpt(index, of: bytes, arrival: arrival) }
        } catch {
            // What came behind the end of a stream is of no interest.
            if hearEvents(index, at: arrival) { return }
            endOffended(index, by: bytes, finished: arrival, reason: error.message(in: bytes))
            return
        }
        if case .incomplete = progress, hearEvents(index, at: arrival) { return }
        switch progress {
        case .complete(let consumed) where connection.pointee.isWebSocket:
            // What follows the answer are the first frames; they may lie in the stash.
            var stash = connection.pointee.stash
            connection.pointee.stash = ByteStore()
            openingAnswered(index, rest: UnsafeBufferPointer(rebasing: bytes[consumed...]), arrival: arrival)
            stash.release()
        case .complete(let consumed):
            if consumed < bytes.count {
                endOffended(
                    index, by: UnsafeBufferPointer(rebasing: bytes[consumed...]), finished: arrival,
                    reason: ResponseFailure.leftover.message)
                return
            }
            if connection.pointee.stash.count > 0 { connection.pointee.stash.release() }
            complete(index, finished: arrival)
        case .incomplete(let consumed):
            if connection.pointee.stash.count > 0 {
                connection.pointee.stash.removeFirst(consumed)
                if connection.pointee.stash.count == 0 { connection.pointee.stash.release() }
            } else if consumed < bytes.count {
                connection.pointee.stash.append(UnsafeBufferPointer(rebasing: bytes[consumed...]))
            }
        }
    }

    @inline(__always)
    private func knownHead(of step: Int) -> UnsafeMutablePointer<KnownHead>? {
        buffers.heads.baseAddress.map { $0 + step }
    }

    /// Ends an exchange whose server sent what is no answer.
    private func endOffended(
        _ index: ConnectionID, by bytes: UnsafeBufferPointer<UInt8>, finished: Instant, reason: String
    ) {
        evidence.offending = bytes
        end(index, .protocolError, finished: finished, reason: reason)
        evidence.offending = .empty
    }

    /// The peer has closed (`error` 0) or the connection broke.
    func closed(_ index: ConnectionID, error: Int32, at now: Instant) {
        let connection = connections[index]
        switch connection.pointee.state {
        case .open:
            conversationCut(index, error: error, at: now)
            return
        case .leaving:
            deadlines.lift(index)
            closeConnection(index)
            return
        case .multiplexed:
            carrierClosed(index, error: error, at: now)
            return
        default: if connection.pointee.tls != nil, !isAnswered(index, error: error, at: now) { return }
        }
        if error == 0, connection.pointee.reader.isCompleteAtClose() {
            complete(index, finished: now)
            return
        }
        // A kept connection, on which TLS may have said something meanwhile.
        let exchange = connection.pointee.exchange
        let reused = exchange.connected.nanoseconds == 0 && exchange.firstByte.nanoseconds == 0
        let hint = reused ? " (a kept connection, as the request was sent)" : ""
        // A reset that `send` was told of is not told to `recv` again.
        let sendError = connection.pointee.sendError
        switch error == 0 && sendError == ECONNRESET ? sendError : error {
        case 0: end(index, .closedEarly, finished: now, reason: "closed before the answer was complete\(hint)")
        case ETIMEDOUT: end(index, .responseTimeout, finished: now, reason: String(cString: strerror(error)))
        case let error: end(index, .reset, finished: now, reason: String(cString: strerror(error)) + hint)
        }
    }

    /// Reads what nobody wants any more, until the peer closes.
    private func discard(_ index: ConnectionID) {
        var stamp: Int64 = 0
        if connections[index].pointee.awaitsWritability { flush(index) }
        let count = loadgate_receive(
            connections[index].pointee.descriptor, buffers.read, ReactorBuffers.readSize, &stamp)
        if count > 0 || count == -Int64(EAGAIN) || count == -Int64(EINTR) { return }
        deadlines.lift(index)
        closeConnection(index)
    }
}

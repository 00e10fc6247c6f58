import CNghttp2
import Measures
import Scenarios

/// HTTP/2: which connection a stream goes on, and how it waits for one.
extension Reactor {
    /// Gives a stream that was just rendered to a connection, to a new one, or has it wait.
    func route(_ index: ConnectionID, fields: Int) {
        let slot = connections[index].pointee.user
        let origin = Int(connections[index].pointee.origin)
        guard plan.connectionPolicy == .shared else {
            if let carrier = keptCarrier(of: slot, origin: origin), submit(index, fields: fields, on: carrier) {
                return
            }
            if !openCarrier(for: index, fields: fields) { giveUpStream(index) }
            return
        }
        if pools.waiting(for: origin) == 0, let carrier = carrierWithRoom(origin),
            submit(index, fields: fields, on: carrier)
        {
            return
        }
        wait(index)
        openForWaiting(origin)
    }

    /// The connection of HTTP/2 that the user keeps; nil where there is none, or one that takes nothing any more.
    private func keptCarrier(of slot: UserID, origin: Int) -> ConnectionID? {
        while let carrier = kept.take(for: slot, origin: origin) {
            let connection = connections[carrier]
            if let session = connection.pointee.session, connection.pointee.state.takesStreams,
                !connection.pointee.isSpent, !session.pointee.isLeaving, session.pointee.breach == nil
            {
                return carrier
            }
            // It could not be made, which is told in this turn of the loop.
            if connection.pointee.state == .failed { return nil }
            // A user has one exchange at a time, so nothing is on it.
            closeConnection(carrier)
        }
        return nil
    }

    /// Begins the stream on a connection. False where that can take none.
    private func submit(_ index: ConnectionID, fields: Int, on carrier: ConnectionID) -> Bool {
        let connection = connections[index]
        guard let session = connections[carrier].pointee.session, let stream = connection.pointee.stream,
            HTTP2Session.submit(session, stream, UnsafeBufferPointer(start: buffers.fields, count: fields))
        else { return false }
        connection.pointee.state = .busy
        connection.pointee.carrier = carrier
        connection.pointee.number = connections[carrier].pointee.number
        connection.pointee.opened = connections[carrier].pointee.opened
        let first = connections[carrier].pointee.nextStream
        connection.pointee.nextStream = first
        if first.isPresent { connections[first].pointee.previousStream = index }
        connections[carrier].pointee.nextStream = index
        if connection.pointee.exchange.measured { connections[carrier].pointee.exchange.measured = true }
        if connection.pointee.exchange.started.nanoseconds == 0 { turn.start(stream: index) }
        sendFrames(of: carrier)
        return true
    }

    /// Makes a connection for the stream, which was just rendered. False where this machine has none left.
    private func openCarrier(for index: ConnectionID, fields: Int) -> Bool {
        let connection = connections[index]
        let origin = Int(connection.pointee.origin)
        guard let session = HTTP2Session.open() else { return false }
        guard let carrier = newConnection(connection.pointee.user, origin: origin) else {
            HTTP2Session.close(session)
            return false
        }
        connections[carrier].pointee.session = session
        guard submit(index, fields: fields, on: carrier) else {
            closeConnection(carrier)
            return false
        }
        if plan.connectionPolicy == .shared { pools.add(carrier, origin: origin) }
        connections[carrier].pointee.carrier = index
        connections[carrier].pointee.exchange = connection.pointee.exchange
        startStream(index)
        connections[carrier].pointee.exchange.started = connection.pointee.exchange.started
        connect(carrier)
        return true
    }

    /// The stream starts here and now, if it has not before.
    func startStream(_ index: ConnectionID) {
        let connection = connections[index]
        guard connection.pointee.stream != nil, connection.pointee.exchange.started.nanoseconds == 0 else { return }
        start(index)
    }

    // MARK: Waiting

    /// The stream waits until a connection has room for it. Its time counts.
    private func wait(_ index: ConnectionID) {
        connections[index].pointee.state = .waiting
        startStream(index)
        pools.wait(
            index, generation: connections[index].pointee.generation, origin: Int(connections[index].pointee.origin))
    }

    /// Begins streams that wait, as far as there is room, and makes a connection where those that are there, or are being
    /// made, can't do.
    func serveWaiting(_ origin: Int) {
        while pools.waiting(for: origin) > 0, let carrier = carrierWithRoom(origin), let index = nextWaiting(origin) {
            guard let fields = render(index) else {
                giveUpStream(index, isMissing: true)
                continue
            }
            keepRequest(index)
            if !submit(index, fields: fields, on: carrier) {
                wait(index)
                break
            }
        }
        openForWaiting(origin)
    }

    private func nextWaiting(_ origin: Int) -> ConnectionID? {
        let connections = self.connections
        return pools.next(of: origin) { index, generation in
            connections[index].pointee.generation == generation && connections[index].pointee.state == .waiting
        }
    }

    private func carrierWithRoom(_ origin: Int) -> ConnectionID? {
        for carrier in pools.carriers(of: origin) where room(on: carrier) > 0 { return carrier }
        return nil
    }

    /// How many streams a connection may take now.
    private func room(on carrier: ConnectionID) -> Int {
        let connection = connections[carrier]
        guard let session = connection.pointee.session, connection.pointee.state.takesStreams,
            !connection.pointee.isSpent
        else { return 0 }
        return session.pointee.room(bound: plan.scenario.defaults.http.streams)
    }

    private func openForWaiting(_ origin: Int) {
        guard pools.waiting(for: origin) > 0 else { return }
        // What one connection to the server allows is taken for what the next one will.
        var bound = plan.scenario.defaults.http.streams
        var made = 0
        for carrier in pools.carriers(of: origin) {
            guard let session = connections[carrier].pointee.session, connections[carrier].pointee.state.takesStreams,
                !connections[carrier].pointee.isSpent, !session.pointee.isLeaving, session.pointee.breach == nil
            else { continue }
            if session.pointee.isSettled { bound = min(bound, session.pointee.limit) } else { made += 1 }
        }
        // A server that wants nothing at present: another connection would not help.
        if bound == 0 { return }
        // Those that are being made carry one stream each already.
        var expected = made * (bound - 1)
        while pools.waiting(for: origin) > expected, let index = nextWaiting(origin) {
            guard let fields = render(index) else {
                giveUpStream(index, isMissing: true)
                continue
            }
            keepRequest(index)
            guard openCarrier(for: index, fields: fields) else {
                // Those that are there will have room some time.
                if pools.carriers(of: origin).isEmpty { giveUpStream(index) } else { wait(index) }
                return
            }
            expected += bound - 1
        }
    }
}

extension Connection.State {
    /// True for a connection of HTTP/2 that is there or being made.
    fileprivate var takesStreams: Bool { self == .multiplexed || self == .connecting || self == .securing }
}

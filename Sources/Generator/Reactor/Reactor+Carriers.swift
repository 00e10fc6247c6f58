import CLinux
import Glibc
import Measures
import Scenarios

/// Connections of HTTP/2, which carry many exchanges at once.
extension Reactor {
    /// Frames that are packed and handed to the socket at once.
    private static let outgoingBound = 64 * 1024

    /// The connection is there, and so is its TLS: its frames are sent from now on.
    func carrierOpened(_ index: ConnectionID) {
        let connection = connections[index]
        if let wire = connection.pointee.tls, !TLSWire.speaksHTTP2(wire) {
            connection.pointee.state = .failed
            turn.fail(index, .protocolError, reason: FailureText.otherVersion)
            return
        }
        connection.pointee.state = .multiplexed
        takePhases(index)
        sendFrames(of: index)
    }

    /// Whoever had the connection made has its phases.
    private func takePhases(_ index: ConnectionID) {
        let opener = connections[index].pointee.carrier
        guard opener.isPresent else { return }
        connections[opener].pointee.exchange.connected = connections[index].pointee.exchange.connected
        connections[opener].pointee.exchange.secured = connections[index].pointee.exchange.secured
        connections[index].pointee.carrier = .absent
    }

    /// Frames wait to be sent: at the end of this turn, all at once.
    func sendFrames(of index: ConnectionID) {
        guard !connections[index].pointee.isOutgoing else { return }
        connections[index].pointee.isOutgoing = true
        turn.sendFrames(of: index)
    }

    /// Sends the frames of this turn.
    func sendOutgoingFrames() {
        guard turn.hasFrames else { return }
        var streams = startedStreams
        var carriers = sendingCarriers
        (startedStreams, sendingCarriers) = ([], [])
        turn.takeFrames(streams: &streams, carriers: &carriers)
        for index in streams { startStream(index) }
        for index in carriers where connections[index].pointee.isOutgoing {
            connections[index].pointee.isOutgoing = false
            if connections[index].pointee.state == .multiplexed { sendNow(index) }
        }
        streams.removeAll(keepingCapacity: true)
        carriers.removeAll(keepingCapacity: true)
        (startedStreams, sendingCarriers) = (streams, carriers)
    }

    private func sendNow(_ index: ConnectionID) {
        let connection = connections[index]
        // The rest goes once the socket has taken what waits.
        guard let session = connection.pointee.session, connection.pointee.output.count == 0,
            !connection.pointee.isSpent
        else { return }
        let isSecure = connection.pointee.tls != nil
        guard let target = isSecure ? connection.pointer(to: \.plain) : connection.pointer(to: \.output) else { return }
        let hasMore = HTTP2Session.takeOutgoing(session, into: target, bound: Self.outgoingBound)
        if isSecure, connection.pointee.plain.count > 0 { pack(index) }
        if connection.pointee.output.count > 0 { flush(index) }
        if hasMore, connection.pointee.output.count == 0, !connection.pointee.isSpent { sendFrames(of: index) }
        if session.pointee.hasEnded || session.pointee.breach != nil { settleStreams(index) }
    }

    /// Frames came in.
    func receiveFrames(_ index: ConnectionID, _ bytes: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let connection = connections[index]
        guard let session = connection.pointee.session else { return }
        HTTP2Session.receive(session, bytes, at: arrival)
        let generation = connection.pointee.generation
        hearStreams(session)
        guard connection.pointee.generation == generation else { return }
        if session.pointee.wantsToSend { sendFrames(of: index) }
        settleStreams(index)
    }

    /// The peer has closed (`error` 0) or the connection broke.
    func carrierClosed(_ index: ConnectionID, error: Int32, at now: Instant) {
        let connection = connections[index]
        if let session = connection.pointee.session, let output = connection.pointer(to: \.output) {
            // What was wrong with what came before the end is told when the frames that say so are made.
            let generation = connection.pointee.generation
            _ = HTTP2Session.takeOutgoing(session, into: output, bound: Self.outgoingBound)
            if session.pointee.hasEnded || session.pointee.breach != nil { settleStreams(index) }
            guard connection.pointee.generation == generation else { return }
        }
        let sendError = connection.pointee.sendError
        var words = FailureText.closedEarly
        if let farewell = connection.pointee.session?.pointee.farewell { words += ", after GOAWAY (\(farewell))" }
        switch error == 0 && sendError == ECONNRESET ? sendError : error {
        case 0: carrierFailed(index, .closedEarly, finished: now, reason: words)
        case ETIMEDOUT: carrierFailed(index, .responseTimeout, finished: now, reason: String(cString: strerror(error)))
        case let error: carrierFailed(index, .reset, finished: now, reason: String(cString: strerror(error)))
        }
    }

    /// The connection is of no use any more: all that is on it ends so. `outcome` nil: this machine could not make it.
    func carrierFailed(_ index: ConnectionID, _ outcome: Outcome?, finished: Instant, reason: String) {
        let connection = connections[index]
        takePhases(index)
        let origin = Int(connection.pointee.origin)
        var places: [ConnectionID] = []
        while connection.pointee.nextStream.isPresent {
            let position = connection.pointee.nextStream
            takeCounts(position)
            unlink(position)
            places.append(position)
        }
        if connection.pointee.output.count > 0, connection.pointee.descriptor >= 0, outcome == .protocolError {
            flush(index)
        }
        closeCarrier(index)
        // In the order in which they began.
        for position in places.reversed() {
            guard let outcome else {
                let slot = connections[position].pointee.user
                let step = Int(connections[position].pointee.exchange.step)
                discardStream(position)
                giveUp(slot, step: step)
                continue
            }
            startStream(position)
            let exchange = connections[position].pointee.exchange
            let isKept = exchange.connected.nanoseconds == 0 && exchange.firstByte.nanoseconds == 0
            let isBroken = outcome == .closedEarly || outcome == .reset
            end(
                position, outcome, finished: finished,
                reason: isKept && isBroken ? reason + " (a kept connection, as the request was sent)" : reason)
        }
        if plan.connectionPolicy == .shared { serveWaiting(origin) }
    }

    private func discardStream(_ index: ConnectionID) {
        deadlines.lift(index)
        if let kept = connections[index].pointee.kept { keptAnswers.giveBack(kept) }
        forgetStream(index)
    }

    /// Closes a connection without streams.
    func closeCarrier(_ index: ConnectionID) {
        pools.remove(index, origin: Int(connections[index].pointee.origin))
        closeConnection(index)
    }
}

import Measures

/// TLS between the socket and the exchange.
extension Reactor {
    /// The connection is there: begins the handshake.
    func secure(_ index: ConnectionID) {
        let connection = connections[index]
        connection.pointee.state = .securing
        guard let tls = dialer.tls, let output = connection.pointer(to: \.output) else { return }
        do throws(TLSFailure) {
            connection.pointee.tls = try tls.open(
                origin: Int(connection.pointee.origin), isIdle: connection.pointee.isWebSocket,
                isHTTP2: connection.pointee.session != nil, output: output)
            var nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
            try shakeHands(index, received: &nothing, at: connection.pointee.exchange.connected)
            flush(index)
        } catch {
            failTLS(index, error, at: ReactorClock.now())
        }
    }

    /// Packs what waits to be sent.
    func pack(_ index: ConnectionID) {
        let connection = connections[index]
        guard let wire = connection.pointee.tls else { return }
        do throws(TLSFailure) {
            try TLSWire.pack(wire, connection.pointee.plain.bytes)
        } catch {
            // As with a socket that takes nothing any more: what the peer sent before is read first.
            connection.pointee.isSpent = true
        }
        connection.pointee.plain.trim(to: Self.keptOutputSize)
    }

    /// Takes what came in on a connection with TLS.
    func receiveSecured(_ index: ConnectionID, _ bytes: UnsafeBufferPointer<UInt8>, arrival: Instant) {
        let connection = connections[index]
        guard let wire = connection.pointee.tls else { return }
        var received = bytes
        if connection.pointee.state == .securing {
            do throws(TLSFailure) {
                try shakeHands(index, received: &received, at: arrival)
            } catch {
                failTLS(index, error, at: arrival)
                return
            }
            flush(index)
            if connection.pointee.state == .securing || connection.pointee.state == .failed || received.isEmpty {
                return
            }
        }
        switch TLSWire.unpack(wire, received: received, into: buffers.plain) {
        case .unpacked(let count): deliver(index, count, arrival: arrival)
        case .ended(let count):
            connection.pointee.isSpent = true
            connection.pointee.hasEnded = true
            let generation = connection.pointee.generation
            deliver(index, count, arrival: arrival)
            if connection.pointee.generation == generation { closed(index, error: 0, at: arrival) }
        case .failed(let reason):
            if connection.pointee.state == .idle {
                closeConnection(index)
            } else {
                failTLS(index, TLSFailure(reason: reason), at: arrival)
            }
        }
    }

    /// Goes on with the handshake; once it is done the request that waits is packed.
    private func shakeHands(
        _ index: ConnectionID, received: inout UnsafeBufferPointer<UInt8>, at instant: Instant
    ) throws(TLSFailure) {
        let connection = connections[index]
        guard let wire = connection.pointee.tls else { return }
        try TLSWire.shakeHands(wire, received: &received)
        guard TLSWire.isSecured(wire) else { return }
        connection.pointee.exchange.secured = instant
        if connection.pointee.session != nil {
            carrierOpened(index)
            return
        }
        connection.pointee.state = .busy
        pack(index)
    }

    /// What TLS unpacked lies in `buffers.plain`.
    private func deliver(_ index: ConnectionID, _ count: Int, arrival: Instant) {
        let connection = connections[index]
        // Answers to the peer's own messages, such as a change of keys (RFC 8446 §4.6.3).
        if connection.pointee.output.count > 0 { flush(index) }
        guard count > 0 else { return }
        if connection.pointee.state == .idle {
            closeConnection(index)
        } else {
            feed(index, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(buffers.plain)[..<count]), arrival: arrival)
        }
    }

    private func failTLS(_ index: ConnectionID, _ failure: TLSFailure, at instant: Instant) {
        // The alert that tells the peer why, where there is one.
        if connections[index].pointee.output.count > 0 { flush(index) }
        if connections[index].pointee.state == .open {
            broken(connections[index].pointee.user, .tls, at: instant, reason: failure.reason)
        } else {
            end(index, .tls, finished: instant, reason: failure.reason)
        }
    }

    /// A connection with TLS was closed without a word or broke. True where its exchange is to be judged as that of any
    /// other connection; else it has ended here.
    func isAnswered(_ index: ConnectionID, error: Int32, at now: Instant) -> Bool {
        let connection = connections[index]
        switch connection.pointee.state {
        case .idle:
            closeConnection(index)
            return false
        case .securing:
            end(
                index, .tls, finished: now,
                reason: error == 0 ? FailureText.closedInHandshake : FailureText.resetInHandshake)
            return false
        default:
            // Without the peer's word that nothing follows, an answer up to the close may have been cut.
            guard error == 0, !connection.pointee.hasEnded, connection.pointee.reader.isCompleteAtClose() else {
                return true
            }
            end(index, .closedEarly, finished: now, reason: FailureText.closedWithoutNotify)
            return false
        }
    }
}

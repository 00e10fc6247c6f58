import Measures

/// Streams of events: what came of them is recorded as it comes, and they are left once they gave what was asked of them.
extension Reactor {
    /// Records the events of an answer that came since this was last done.
    func recordEvents(_ kept: UnsafeMutablePointer<KeptAnswer>, of exchange: Exchange) {
        guard kept.pointee.events.hasNews else { return }
        let tally = exchange.measured ? recorder.tally(of: Int(exchange.step)) : nil
        kept.pointee.events.takeNews { news in
            guard let tally else { return }
            if let before = news.before {
                tally.pointee.record(news.at - before, as: .eventGap)
                if stalls.touched(before, news.at) { tally.pointee.events.stalledGaps &+= 1 }
            } else {
                tally.pointee.record(news.at - exchange.intended, as: .firstEvent)
                if stalls.touched(exchange.intended, news.at) { tally.pointee.events.stalledFirsts &+= 1 }
            }
            for _ in 0..<news.more { tally.pointee.record(.zero, as: .eventGap) }
        }
    }

    /// The answer has ended: `isWhole` by itself, else since it was given up or broke. Most answers are no streams, and pay only
    /// for the question.
    @inline(__always)
    func closeEvents(
        _ kept: UnsafeMutablePointer<KeptAnswer>?, of exchange: Exchange, at finished: Instant, isWhole: Bool
    ) {
        if let kept, kept.pointee.events.isWanted { closeStream(kept, of: exchange, at: finished, isWhole: isWhole) }
    }

    @inline(never)
    private func closeStream(
        _ kept: UnsafeMutablePointer<KeptAnswer>, of exchange: Exchange, at finished: Instant, isWhole: Bool
    ) {
        kept.pointee.lookAtHead()
        kept.pointee.events.close(at: finished, isWhole: isWhole)
        recordEvents(kept, of: exchange)
    }

    /// Counts the stream of an exchange that is over, whichever way. `isCutOff`: the run's end came first.
    @inline(__always)
    func countStream(
        _ kept: UnsafeMutablePointer<KeptAnswer>?, of exchange: Exchange, at finished: Instant, isCutOff: Bool = false
    ) {
        if let kept, kept.pointee.events.isWanted { endStream(kept, of: exchange, at: finished, isCutOff: isCutOff) }
    }

    @inline(never)
    private func endStream(
        _ kept: UnsafeMutablePointer<KeptAnswer>, of exchange: Exchange, at finished: Instant, isCutOff: Bool
    ) {
        closeStream(kept, of: exchange, at: finished, isWhole: false)
        guard exchange.measured else { return }
        let tally = recorder.tally(of: Int(exchange.step))
        let events = kept.pointee.events
        if events.count == 0 { tally.pointee.events.silent &+= 1 }
        guard events.isStream else { return }
        if isCutOff {
            tally.pointee.events.cutOff &+= 1
        } else {
            tally.pointee.events.count(UInt64(events.count))
        }
    }

    // MARK: The end from here

    /// Some of a connection's answer was read: records its events, and leaves the stream where nothing more of it is wanted.
    /// True where the exchange is over.
    func hearEvents(_ index: ConnectionID, at arrival: Instant) -> Bool {
        let connection = connections[index]
        guard let kept = connection.pointee.kept, kept.pointee.events.isWanted else { return false }
        recordEvents(kept, of: connection.pointee.exchange)
        guard kept.pointee.events.isOver else { return false }
        leaveStream(index, at: arrival)
        return true
    }

    /// The rest of a stream is not waited for; its connection is of no further use.
    private func leaveStream(_ index: ConnectionID, at instant: Instant) {
        let connection = connections[index]
        if let stream = connection.pointee.stream {
            startStream(index)
            takeCounts(index)
            connection.pointee.reader.end(status: stream.pointee.status, bodyBytes: stream.pointee.bodyBytes)
        } else {
            connection.pointee.isSpent = true
            connection.pointee.stash.release()
        }
        complete(index, finished: instant)
    }

    /// The time of an exchange is over. True where its stream was to be read for so long, so that it is none too slow.
    func leaveStreamByTime(_ index: ConnectionID) -> Bool {
        let connection = connections[index]
        // A head of HTTP/2 may have come in part.
        if let stream = connection.pointee.stream, !stream.pointee.hasHead { return false }
        guard let kept = connection.pointee.kept, mayEndByTime(kept) else { return false }
        let now = ReactorClock.now()
        kept.pointee.events.endByTime(at: now)
        leaveStream(index, at: now)
        return true
    }

    /// True where an answer is a stream that is read until its time is over.
    func mayEndByTime(_ kept: UnsafeMutablePointer<KeptAnswer>) -> Bool {
        kept.pointee.lookAtHead()
        return kept.pointee.events.mayEndByTime
    }

    /// Why an answer that did not end in time is late.
    func lateness(of kept: UnsafeMutablePointer<KeptAnswer>?, within span: Span) -> String {
        guard let kept, kept.pointee.events.isStream else { return FailureText.noAnswer(within: span) }
        return FailureText.endlessStream(within: span, events: kept.pointee.events.count)
    }

    // MARK: HTTP/2 and libcurl

    /// Events came on streams of a connection of HTTP/2.
    func hearStreams(_ session: UnsafeMutablePointer<HTTP2Session>) {
        guard session.pointee.hasHeard else { return }
        var heard = heardStreams
        heardStreams = []
        HTTP2Session.takeHeard(session, into: &heard)
        for stream in heard {
            stream.pointee.isHeard = false
            let index = ConnectionID(index: stream.pointee.index)
            guard connections[index].pointee.stream == stream, stream.pointee.end == .none,
                let kept = stream.pointee.kept
            else { continue }
            _ = hearEvents(index, at: kept.pointee.events.arrival)
        }
        heard.removeAll(keepingCapacity: true)
        heardStreams = heard
    }

    /// Events came of answers that libcurl reads.
    func hearTransfers(_ transport: CurlTransport) {
        for index in transport.takeHeard() {
            let transfer = transfers[index]
            if let kept = transfer.kept, transfer.user.isPresent { recordEvents(kept, of: transfer.exchange) }
        }
    }
}

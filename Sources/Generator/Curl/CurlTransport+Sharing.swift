import CCurl
import CLinux
import Measures
import Scenarios

/// HTTP/2: requests share connections.
///
/// libcurl by itself opens a connection for each request that finds all others full, though one that is being set up may
/// have room for a hundred. So here one transfer at a time makes a connection to an origin. Another one that finds none
/// to share is stopped when libcurl asks for a socket, before anything is sent, and waits until the connection is there.
extension CurlTransport {
    /// Lets a transfer that found no connection make one, or wait for the one that is being made.
    func share(_ transfer: UnsafeMutablePointer<CurlTransfer>, at now: Instant) {
        transfer.pointee.fault = .none
        transfer.pointee.phase = .waiting
        if isConnectionBeingMade(for: transfer) {
            parked.append(transfer.pointee.index)
            parkedUntil = min(parkedUntil, deadline(transfer.pointee.index))
        } else {
            add(transfer, opens: true, at: now)
        }
    }

    /// A connection was made, or could not be made: as many transfers as go on one look for it, and the next one makes
    /// another, so that there is a transfer that wakes the others as long as any waits.
    func wakeParked(at now: Instant) {
        openingEnded = false
        guard !parked.isEmpty else { return }
        let count = min(settings.http.streams, parked.count)
        let woken = parked[..<count]
        let opener = parked.count > count ? parked[count] : nil
        parked.removeFirst(opener == nil ? count : count + 1)
        for index in woken { add(transfers.base + Int(index), opens: false, at: now) }
        if let opener { add(transfers.base + Int(opener), opens: true, at: now) }
        findNextExpiry()
    }

    /// Ends those that have waited too long.
    func endExpired(at now: Instant) {
        let expired = parked.filter { deadline($0) <= now }
        parked.removeAll { deadline($0) <= now }
        for index in expired { expire(transfers.base + Int(index)) }
        findNextExpiry()
    }

    /// Ends a transfer that waited for a connection until its time was over: of a server whose TLS failed meanwhile that is
    /// why.
    private func expire(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        let failed = failedOpening.flatMap { $0.explains(transfer) ? $0 : nil }
        failed?.say(in: transfer)
        endParked(transfer, failed?.result ?? CURLE_OPERATION_TIMEDOUT)
    }

    func findNextExpiry() { parkedUntil = parked.lazy.map { self.deadline($0) }.min() ?? .distantFuture }

    func deadline(_ index: Int32) -> Instant {
        let transfer = transfers.base + Int(index)
        return transfer.pointee.started + Span(nanoseconds: transfer.pointee.timeout + transfer.pointee.held)
    }

    private func add(_ transfer: UnsafeMutablePointer<CurlTransfer>, opens: Bool, at now: Instant) {
        let left = (deadline(transfer.pointee.index) - now).nanoseconds
        guard left > 0 else {
            expire(transfer)
            return
        }
        guard let easy = transfer.pointee.easy, configuration.setTimeout(transfer, easy, left),
            configuration.setOpening(transfer, easy, opens), curl_multi_add_handle(multi, easy) == CURLM_OK
        else {
            endParked(transfer, CURLE_OUT_OF_MEMORY)
            return
        }
        if opens { openers.append(transfer.pointee.index) }
    }

    /// True where another transfer is about to make a connection to the same origin.
    private func isConnectionBeingMade(for transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        openers.removeAll { index in
            let other = transfers.base[Int(index)]
            return other.state != .active || !other.opens || other.phase != .waiting
        }
        guard let wanted = transfer.pointee.template?.pointee.location else { return false }
        return openers.contains { index in
            guard let target = transfers.base[Int(index)].template?.pointee.location else { return false }
            return target.pointee.host == wanted.pointee.host && target.pointee.location == wanted.pointee.location
        }
    }
}

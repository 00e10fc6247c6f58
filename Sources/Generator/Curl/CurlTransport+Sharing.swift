import CCurl
import CLinux
import Measures

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
            parked.append(transfer.pointee.place)
            parkedUntil = min(parkedUntil, transfer.pointee.started + Span(nanoseconds: transfer.pointee.timeout))
        } else {
            add(transfer, opens: true, at: now)
        }
    }

    /// Lets transfers that wait look for a connection anew; those that have waited too long end.
    func wakeParked(at now: Instant) {
        openingEnded = false
        let waiting = parked
        parked.removeAll(keepingCapacity: true)
        parkedUntil = .distantFuture
        for place in waiting { add(transfers.base + Int(place), opens: false, at: now) }
    }

    private func add(_ transfer: UnsafeMutablePointer<CurlTransfer>, opens: Bool, at now: Instant) {
        let left = transfer.pointee.timeout - (now - transfer.pointee.started).nanoseconds
        guard left > 0 else {
            endParked(transfer, CURLE_OPERATION_TIMEDOUT)
            return
        }
        guard let easy = transfer.pointee.easy, configuration.setTimeout(transfer, easy, left),
            configuration.setOpening(transfer, easy, opens), curl_multi_add_handle(multi, easy) == CURLM_OK
        else {
            endParked(transfer, CURLE_OUT_OF_MEMORY)
            return
        }
    }

    /// True where another transfer is about to make a connection to the same origin.
    private func isConnectionBeingMade(for transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard let wanted = transfer.pointee.template?.pointee.location else { return false }
        return (0..<made).contains { place in
            let other = transfers.base + place
            guard other.pointee.state == .active, other.pointee.opens, other.pointee.phase == .waiting,
                let target = other.pointee.template?.pointee.location
            else { return false }
            return target.pointee.host == wanted.pointee.host && target.pointee.location == wanted.pointee.location
        }
    }
}

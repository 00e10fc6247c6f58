import CCurl
import Measures

/// This process was held up: libcurl judges its timeouts before it reads what lies in its sockets, so it is given the lost
/// time first.
extension CurlTransport {
    /// Puts the deadlines of all that is under way off. To be called before libcurl is told of anything.
    func putOff(by lost: Span) {
        for place in 0..<made {
            let transfer = transfers.base + place
            guard transfer.pointee.state == .active, let easy = transfer.pointee.easy else { continue }
            if transfer.pointee.held == 0 { putOff.append(Int32(place)) }
            transfer.pointee.held += lost.nanoseconds
            let set = Int64(transfer.pointee.timeoutSet) * 1_000_000
            _ = configuration.setTimeout(transfer, easy, set + lost.nanoseconds)
        }
        findNextExpiry()
        findNextPutOff()
    }

    /// True where libcurl ended an exchange for its time though that was not over when the reactor was last known to run, and
    /// this process was held up since: its answer may have lain in the socket.
    func isByStall(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        deadline(transfer.pointee.place) > seen && ReactorClock.now() - seen >= StallWatch.least
    }

    /// Ends those of them that have taken too long.
    func endPutOff(at now: Instant) {
        let expired = putOff.filter { isPutOff($0) && deadline($0) <= now }
        for place in expired where isPutOff(place) { endActive(transfers.base + Int(place), CURLE_OPERATION_TIMEDOUT) }
        putOff.removeAll { !isPutOff($0) }
        if openingEnded { wakeParked(at: now) }
        findNextPutOff()
    }

    private func findNextPutOff() {
        putOffUntil = putOff.lazy.filter { self.isPutOff($0) }.map { self.deadline($0) }.min() ?? .distantFuture
    }

    /// True where the exchange is still in libcurl's hands; those that wait for a connection are not.
    private func isPutOff(_ place: Int32) -> Bool {
        transfers.base[Int(place)].state == .active && transfers.base[Int(place)].held > 0 && !parked.contains(place)
    }
}

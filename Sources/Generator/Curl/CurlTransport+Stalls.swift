import CCurl
import CLinux
import Measures

/// This process was held up: libcurl judges its timeouts before it reads what lies in its sockets, so it is given the lost
/// time first.
extension CurlTransport {
    /// Puts the deadlines of all that is under way off. To be called before libcurl is told of anything.
    func putOff(by lost: Span) {
        for index in 0..<made {
            let transfer = transfers.base + index
            guard transfer.pointee.state == .active, let easy = transfer.pointee.easy else { continue }
            if transfer.pointee.held == 0 { putOff.append(Int32(index)) }
            transfer.pointee.held += lost.nanoseconds
            let set = Int64(transfer.pointee.timeoutSet) * 1_000_000
            _ = configuration.setTimeout(transfer, easy, set + lost.nanoseconds)
        }
        findNextExpiry()
        findNextPutOff()
    }

    /// The reactor runs, and has noticed the stalls up to `now`.
    func ran(at now: Instant) { seen = (now, loadgate_thread_cpu()) }

    /// True where the time of an exchange is over by now, be it within a call of libcurl. Time in which the thread got no
    /// processor since the reactor was last known to run doesn't count: its answer may lie in the socket. What a large answer
    /// takes to be decoded does count.
    func isOver(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let (now, end) = (ReactorClock.now(), deadline(transfer.pointee.index))
        guard now >= end, let seen else { return true }
        let lost = now - seen.instant - Span(nanoseconds: loadgate_thread_cpu() - seen.processorTime)
        return lost < StallWatch.least || now >= end + lost
    }

    /// Ends those of them that have taken too long.
    func endPutOff(at now: Instant) {
        let expired = putOff.filter { isPutOff($0) && deadline($0) <= now }
        for index in expired where isPutOff(index) { endActive(transfers.base + Int(index), CURLE_OPERATION_TIMEDOUT) }
        putOff.removeAll { !isPutOff($0) }
        if openingEnded { wakeParked(at: now) }
        findNextPutOff()
    }

    private func findNextPutOff() {
        putOffUntil = putOff.lazy.filter { self.isPutOff($0) }.map { self.deadline($0) }.min() ?? .distantFuture
    }

    /// True where the exchange is still in libcurl's hands; those that wait for a connection are not.
    private func isPutOff(_ index: Int32) -> Bool {
        transfers.base[Int(index)].state == .active && transfers.base[Int(index)].held > 0 && !parked.contains(index)
    }
}

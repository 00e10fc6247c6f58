import CLinux
import Glibc
import Serving

/// A scraper's connection: its request is read up to the head's end, its answer written, and what it still sends passed over
/// until it closes, since a close with bytes unread could cost it the answer.
struct MetricsConnection: ServedConnection {
    let descriptor: Int32
    /// When it is closed, whatever it is at.
    let deadline: Int64
    private var received: [UInt8] = []
    private var answer: [UInt8] = []
    private var sent = 0
    private var isAnswered = false
    private var hasEnded = false

    init(descriptor: Int32, deadline: Int64) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    /// What to wait for.
    var interest: Int16 { Int16(isAnswered && sent < answer.count ? POLLOUT : POLLIN) }

    /// Does what can be done without waiting; false where the connection is at its end.
    mutating func advance(metrics: () -> String) -> Bool {
        if !isAnswered || sent == answer.count {
            guard read() else { return false }
        }
        if !isAnswered, let bytes = MetricsAnswer.bytes(to: received, metrics: metrics) {
            answer = bytes
            isAnswered = true
            received = []
        }
        guard isAnswered else { return !hasEnded }
        return write() && !(hasEnded && sent == answer.count)
    }

    /// Takes what has arrived, of a request that is answered nothing; false at the end.
    private mutating func read() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        // A peer that never stops sending is given no more than a few turns at a time.
        for _ in 0..<4 {
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            if count == 0 {
                // Who has sent a whole request may have no more to say, and still wait for the answer.
                hasEnded = true
                return !isAnswered
            }
            if !isAnswered {
                received.append(contentsOf: chunk[..<count])
                if received.count >= MetricsAnswer.headLimit { return true }
            }
        }
        return true
    }

    private mutating func write() -> Bool {
        while sent < answer.count {
            let count = answer.withUnsafeBytes { bytes in
                loadgate_send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            if count == -Int64(EINTR) { continue }
            if count < 0 { return count == -Int64(EAGAIN) }
            sent += Int(count)
            if sent == answer.count { shutdown(descriptor, Int32(SHUT_WR)) }
        }
        return true
    }
}

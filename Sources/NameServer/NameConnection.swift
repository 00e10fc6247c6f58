import CLinux
import Glibc

/// A client that asks over TCP: each message has its size before it, in two bytes (RFC 1035 §4.2.2).
struct NameConnection {
    let descriptor: Int32
    /// When it is closed, in nanoseconds.
    private(set) var deadline: Int64
    private var received: [UInt8] = []
    private var output: [UInt8] = []

    /// Nanoseconds without a message after which it is closed.
    private static let idleTime: Int64 = 10_000_000_000
    /// Bytes of a message at most: a question has one name.
    private static let messageLimit = 4_096

    init(_ descriptor: Int32, at now: Int64) {
        self.descriptor = descriptor
        deadline = now + Self.idleTime
    }

    /// What to wait for.
    var interest: Int16 { Int16(output.isEmpty ? POLLIN : POLLOUT) }

    /// Does what can be done without waiting; false where the connection is at its end.
    mutating func advance(at now: Int64, _ buffer: inout [UInt8], _ answer: NameService.Answer) -> Bool {
        if output.isEmpty {
            let count = buffer.withUnsafeMutableBytes { loadgate_read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return count == -Int64(EAGAIN) || count == -Int64(EINTR) }
            received += buffer[..<Int(count)]
            while received.count >= 2 {
                let size = Int(received[0]) << 8 | Int(received[1])
                guard size <= Self.messageLimit else { return false }
                guard received.count >= 2 + size else { break }
                guard let bytes = answer(received[2..<(2 + size)], Int(UInt16.max)) else { return false }
                output += [UInt8(bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
                received.removeFirst(2 + size)
                deadline = now + Self.idleTime
            }
        }
        while !output.isEmpty {
            let count = output.withUnsafeBytes { loadgate_send(descriptor, $0.baseAddress, $0.count) }
            if count == -Int64(EAGAIN) { return true }
            if count == -Int64(EINTR) { continue }
            guard count > 0 else { return false }
            output.removeFirst(Int(count))
        }
        return true
    }
}

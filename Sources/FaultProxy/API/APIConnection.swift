import CLinux
import Glibc
import Serving

/// A client of the API: its requests are read and answered one after the other.
struct APIConnection: ServedConnection {
    let descriptor: Int32
    /// When it is closed, in nanoseconds: a whole request must have come by then, or the next one have begun.
    private(set) var deadline: Int64
    private var reader = APIRequestReader()
    private var output: [UInt8] = []
    private var sent = 0
    /// Nothing is answered any more: what still comes is thrown away, since a close with bytes unread could cost the client
    /// the answer.
    private var isClosing = false
    private var hasEnded = false

    /// Nanoseconds that a connection may be idle, a request may take to come, and a client may take to close.
    static let idleTime: Int64 = 60_000_000_000
    static let requestTime: Int64 = 15_000_000_000
    static let closingTime: Int64 = 2_000_000_000
    private static let chunkSize = 16_384

    init(descriptor: Int32, at now: Int64) {
        self.descriptor = descriptor
        deadline = now + Self.idleTime
    }

    private var isSending: Bool { sent < output.count }

    /// What to wait for.
    var interest: Int16 { Int16(isSending ? POLLOUT : POLLIN) }

    /// Does what can be done without waiting; false where the connection is at its end. `answer` is given each request.
    mutating func advance(at now: Int64, number: inout Int, answer: (APIRequest) -> APIAnswer) -> Bool {
        if !isSending { guard read() else { return false } }
        while true {
            guard write() else { return false }
            // One answer after the other: who takes none is asked for nothing more.
            if isSending { return true }
            guard !isClosing, takeRequest(at: now, number: &number, answer: answer) else { return !hasEnded }
        }
    }

    /// Prepares the answer to the next request; false where there is none yet.
    private mutating func takeRequest(at now: Int64, number: inout Int, answer: (APIRequest) -> APIAnswer) -> Bool {
        do throws(APIRequestFailure) {
            if let request = try reader.next() {
                deadline = now + Self.idleTime
                number += 1
                let closes = !request.keepsConnection
                reply(
                    answer(request).bytes(number: number, closes: closes, isHead: request.method == "HEAD"), closes, now
                )
                return true
            }
        } catch {
            number += 1
            reply(APIError(error.status, error.reason).answer.bytes(number: number, closes: true), true, now)
            return true
        }
        if reader.isWithinRequest { deadline = min(deadline, now + Self.requestTime) }
        guard reader.awaitsContinue else { return false }
        reader.noteContinue()
        output = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        sent = 0
        return true
    }

    private mutating func reply(_ bytes: [UInt8], _ closes: Bool, _ now: Int64) {
        output = bytes
        sent = 0
        isClosing = closes
        if closes { deadline = now + Self.closingTime }
    }

    /// Takes what has come; false where there is nobody any more.
    private mutating func read() -> Bool {
        withUnsafeTemporaryAllocation(byteCount: Self.chunkSize, alignment: 16) { buffer in
            let count = loadgate_read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 { return count == -Int64(EAGAIN) || count == -Int64(EINTR) }
            if count == 0 { hasEnded = true }
            if !isClosing { reader.append(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)])) }
            return count > 0 || !isClosing
        }
    }

    private mutating func write() -> Bool {
        while isSending {
            let count = output.withUnsafeBytes { bytes in
                loadgate_send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            }
            if count == -Int64(EINTR) { continue }
            if count < 0 { return count == -Int64(EAGAIN) }
            sent += Int(count)
            if !isSending, isClosing { shutdown(descriptor, Int32(SHUT_WR)) }
        }
        return true
    }
}

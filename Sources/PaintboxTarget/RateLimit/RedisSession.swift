import Glibc

/// A connection with a Redis server, which speaks RESP2 (redis.io/docs/reference/protocol-spec): one question after the
/// other, a second for each at most.
///
/// Confined to its thread. A connection that was lost is made again with the next question.
final class RedisSession {
    /// An answer.
    enum Value: Equatable {
        case text(String)
        case integer(Int)
        case list([Value])
        case nothing
        case failure(String)
    }

    private let address: RedisAddress
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []
    private var position = 0

    init(_ address: RedisAddress) { self.address = address }

    deinit { disconnect() }

    /// Whether there is a connection, as far as it is known.
    var isConnected: Bool { descriptor >= 0 }

    /// Connects where there is no connection; false where none can be made.
    func connectIfNeeded() -> Bool { isConnected || connect() }

    /// The answer to a command; nil where none came.
    func ask(_ command: [String]) -> Value? {
        guard connectIfNeeded() else { return nil }
        var bytes = Array("*\(command.count)\r\n".utf8)
        for word in command {
            bytes += Array("$\(word.utf8.count)\r\n".utf8) + Array(word.utf8) + Array("\r\n".utf8)
        }
        guard send(bytes), let value = readValue(depth: 0) else {
            disconnect()
            return nil
        }
        return value
    }

    private func connect() -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0, let first = found else {
            return false
        }
        defer { freeaddrinfo(found) }
        let made = socket(first.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { return false }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard Glibc.connect(made, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            close(made)
            return false
        }
        descriptor = made
        return true
    }

    private func disconnect() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        buffer = []
        position = 0
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func readValue(depth: Int) -> Value? {
        guard depth < 8, let line = readLine(), let kind = line.first else { return nil }
        let rest = String(line.dropFirst())
        switch kind {
        case "+": return .text(rest)
        case "-": return .failure(rest)
        case ":": return Int(rest).map { .integer($0) }
        case "$":
            guard let count = Int(rest), count <= 1 << 20 else { return nil }
            return count < 0 ? .nothing : readBytes(count).map { .text(String(decoding: $0, as: UTF8.self)) }
        case "*":
            guard let count = Int(rest), count <= 1 << 20 else { return nil }
            var values: [Value] = []
            for _ in 0..<max(0, count) {
                guard let value = readValue(depth: depth + 1) else { return nil }
                values.append(value)
            }
            return .list(values)
        default: return nil
        }
    }

    private func readLine() -> String? {
        while true {
            if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\r")), end + 1 < buffer.count {
                defer { position = end + 2 }
                return String(decoding: buffer[position..<end], as: UTF8.self)
            }
            guard buffer.count - position < 1 << 16, fill() else { return nil }
        }
    }

    private func readBytes(_ count: Int) -> [UInt8]? {
        while buffer.count < position + count + 2 { guard fill() else { return nil } }
        defer { position += count + 2 }
        return Array(buffer[position..<position + count])
    }

    private func fill() -> Bool {
        buffer.removeFirst(position)
        position = 0
        var chunk = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EINTR { return true }
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }
}

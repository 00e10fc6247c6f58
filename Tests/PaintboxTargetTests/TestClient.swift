import Glibc
import Testing

@testable import PaintboxTarget

/// A plain blocking client on a loopback socket: it sends what it is told, byte by byte, right or wrong.
final class TestClient {
    struct Broken: Error {
        let reason: String
    }

    struct Answer {
        var status = 0
        var fields: [(name: String, value: String)] = []
        var body: [UInt8] = []

        subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let descriptor: CInt
    private var received: [UInt8] = []

    /// Connects to `port` on 127.0.0.1. A read that takes ten seconds fails: no test waits for ever.
    init(_ port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Broken(reason: "connect: \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Broken(reason: "send: \(errno)") }
            sent += count
        }
    }

    /// Ends our side; the server may still answer.
    func shutDownOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Reads more; false at the end of the stream.
    private func fill() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 && errno == ECONNRESET { return false }
        guard count >= 0 else { throw Broken(reason: "receive: \(errno)") }
        received += buffer[..<count]
        return count > 0
    }

    /// Waits for something to read, so long at most.
    func isReadable(within milliseconds: CInt) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }

    /// Whether the server ends the connection, with nothing more to say.
    func isEnded() throws -> Bool { try received.isEmpty && !fill() }

    /// Reads exactly `count` bytes.
    func read(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try fill() else { throw Broken(reason: "ended early") }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// Reads the next answer; `hasBody` is false for the answer to a HEAD.
    func answer(hasBody: Bool = true) throws -> Answer {
        var end: Int?
        while end == nil {
            end = (0..<max(0, received.count - 3)).first { received[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
            if end == nil, try !fill() { throw Broken(reason: "ended early") }
        }
        let head = String(decoding: try read((end ?? 0) + 4), as: UTF8.self)
        var answer = Answer()
        let lines = head.split(separator: "\r\n")
        answer.status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.fields.append((String(parts[0]), String(parts.last?.trimmed ?? "")))
        }
        if hasBody { answer.body = try read(Int(answer["Content-Length"] ?? "0") ?? 0) }
        return answer
    }

    /// Sends a request and reads its answer.
    func ask(
        _ method: String, _ path: String, _ fields: [String] = [], body: String? = nil
    ) throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"] + fields
        if let body {
            if !fields.contains(where: { $0.hasPrefix("Content-Type") }) {
                lines.append("Content-Type: application/json")
            }
            lines.append("Content-Length: \(body.utf8.count)")
        }
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return try answer(hasBody: method != "HEAD")
    }
}

/// Runs `body` with a server on ports of the system's choice and ends it.
func withServer(
    _ change: (inout PaintboxSettings) -> Void = { _ in }, _ body: (PaintboxServer) throws -> Void
) throws {
    var settings = PaintboxSettings()
    settings.port = 0
    settings.healthIntervalMilliseconds = 0
    change(&settings)
    let server = try PaintboxServer(settings)
    defer { server.stop(grace: 200) }
    try body(server)
}

/// Asks on a connection of its own.
func ask(
    _ port: Int, _ method: String, _ path: String, _ fields: [String] = [], body: String? = nil
) throws -> TestClient.Answer {
    try TestClient(port).ask(method, path, fields, body: body)
}

/// Asks until `condition` holds, at most ten seconds long.
func eventually(_ condition: () throws -> Bool) throws -> Bool {
    for _ in 0..<1000 {
        if try condition() { return true }
        usleep(10_000)
    }
    return false
}

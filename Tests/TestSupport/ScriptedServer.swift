import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A real HTTP/1.1 server whose every byte, delay and close a test decides. A thread per connection; port of the
/// kernel's choice on loopback.
public final class ScriptedServer: Sendable {
    /// What the server does with a request, in order.
    public enum Action: Sendable {
        /// Sends bytes.
        case send(String)
        /// Sends the bytes one by one, so that the client sees every split.
        case sendBytewise(String)
        /// Waits; a server that is slow by so much.
        case wait(seconds: Double)
        /// Closes in order.
        case close
        /// Closes the connection under TLS, which is not told.
        case cut
        /// Closes with a reset.
        case reset
        /// Answers nothing and keeps the connection until the server stops.
        case hang
    }

    /// A request as it came in.
    public struct Request: Sendable {
        /// Its number on the server, from 0.
        public var number: Int
        /// The connection's number, from 0.
        public var connection: Int
        /// True where the connection resumed an earlier TLS session.
        public var isResumed = false
        /// The name that the TLS client asked for (SNI).
        public var serverName: String?
        /// Request line and fields.
        public var head: String
        /// The body, by its Content-Length.
        public var body: String

        /// The request line's second word.
        public var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

        /// The request line's first word.
        public var method: String { head.split(separator: " ").first.map(String.init) ?? "" }

        /// The value of a field; nil where it is absent.
        public func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return parts[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    private struct State {
        var requests = 0
        var connections = 0
        var open: Set<Int32> = []
        var recorded: [Request] = []
        var stopped = false
    }

    /// The port it listens on.
    public let port: Int

    private let listener: Int32
    private let script: @Sendable (Request) -> [Action]
    private let recordsRequests: Bool
    private let tls: ServerTLS?
    private let state = NIOLockedValueBox(State())

    /// Starts a server. `record`: keeps every request for `requests`.
    public init(
        ipv6: Bool = false, record: Bool = true, tls: ServerTLS? = nil,
        script: @escaping @Sendable (Request) -> [Action]
    ) throws {
        let socket = try ListeningSocket(ipv6: ipv6)
        listener = socket.descriptor
        port = socket.port
        recordsRequests = record
        self.tls = tls
        self.script = script
        let thread = Thread { [self] in self.acceptConnections() }
        thread.start()
    }

    /// A server that answers every request with `response`.
    public convenience init(always response: String) throws {
        try self.init { _ in [.send(response)] }
    }

    /// `http://127.0.0.1:port`, or `https://…`
    public var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// All requests so far, in the order in which they were complete.
    public var requests: [Request] { state.withLockedValue { $0.recorded } }

    /// The number of requests so far.
    public var requestCount: Int { state.withLockedValue { $0.requests } }

    /// The number of connections so far.
    public var connectionCount: Int { state.withLockedValue { $0.connections } }

    /// Closes everything. The threads end by themselves.
    public func stop() {
        let open = state.withLockedValue { state in
            state.stopped = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    deinit { close(listener) }

    /// A whole response with its length.
    public static func response(
        _ status: String = "200 OK", _ body: String = "", headers: [String] = []
    ) -> String {
        "HTTP/1.1 \(status)\r\n" + headers.map { $0 + "\r\n" }.joined() + "Content-Length: \(body.utf8.count)\r\n\r\n"
            + body
    }

    private func acceptConnections() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            let number: Int? = state.withLockedValue { state in
                if state.stopped { return nil }
                state.open.insert(descriptor)
                defer { state.connections += 1 }
                return state.connections
            }
            guard let number else {
                close(descriptor)
                return
            }
            let thread = Thread { [self] in self.serve(descriptor, number) }
            thread.stackSize = 256 * 1024
            thread.start()
        }
    }

    private func serve(_ descriptor: Int32, _ connection: Int) {
        if let channel = ServerChannel(descriptor, tls: tls) {
            var input = Data()
            var goesOn = true
            while goesOn, let request = readRequest(channel, &input, connection) {
                for action in script(request) where goesOn { goesOn = perform(action, on: channel) }
            }
        }
        state.withLockedValue { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }

    private func readRequest(_ channel: ServerChannel, _ input: inout Data, _ connection: Int) -> Request? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if var request = takeRequest(&input, connection) {
                request.isResumed = channel.isResumed
                request.serverName = channel.serverName
                if recordsRequests { state.withLockedValue { $0.recorded.append(request) } }
                return request
            }
            let count = buffer.withUnsafeMutableBufferPointer { channel.receive($0) }
            if count <= 0 { return nil }
            input.append(contentsOf: buffer[..<count])
        }
    }

    private func takeRequest(_ input: inout Data, _ connection: Int) -> Request? {
        guard let end = input.firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: input[..<end.lowerBound], as: UTF8.self)
        var request = Request(number: 0, connection: connection, head: head, body: "")
        let length = request.header("content-length").flatMap(Int.init) ?? 0
        guard input.distance(from: end.upperBound, to: input.endIndex) >= length else { return nil }
        request.body = String(decoding: input[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
        input = Data(input[(end.upperBound + length)...])
        return state.withLockedValue { state in
            request.number = state.requests
            state.requests += 1
            return request
        }
    }

    /// False where the connection ends with the action.
    private func perform(_ action: Action, on channel: ServerChannel) -> Bool {
        switch action {
        case .send(let text): return channel.send(Array(text.utf8))
        case .sendBytewise(let text): return text.utf8.allSatisfy { channel.send([$0]) }
        case .wait(let seconds):
            Thread.sleep(forTimeInterval: seconds)
            return true
        case .close:
            channel.end()
            return false
        case .cut: return false
        case .reset:
            var hard = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                channel.descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
            return false
        case .hang:
            // Ends when the client or `stop` closes.
            var bytes: [UInt8] = [0]
            while bytes.withUnsafeMutableBufferPointer({ channel.receive($0) }) > 0 {}
            return false
        }
    }
}

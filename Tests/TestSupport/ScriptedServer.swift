import CLinux
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A real HTTP/1.1 server whose every byte, delay and close a test decides. A thread per connection; port of the
/// kernel's choice on loopback.
public final class ScriptedServer: Sendable {
    /// What the server does with a request, in order.
    public enum Action: Sendable {
        /// Sends a text.
        case send(String)
        /// Sends bytes that are no text.
        case sendBytes([UInt8])
        /// Sends the bytes one by one, so that the client sees every split.
        case sendBytewise(String)
        /// Sends the bytes one by one, waiting after each, as long as the client takes them.
        case trickle(String, seconds: Double)
        /// Waits until something has come in, and takes it.
        case receive
        /// Takes what is missing of the request's body, so much at a time; for servers that answer at the head.
        case receiveBody(piece: Int)
        /// Waits; a server that is slow by so much.
        case wait(seconds: Double)
        /// Closes in order.
        case close
        /// Closes its own direction in order, and reads on until the client closes: what the client sends meets no reset.
        case finish
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

    /// How a server differs from a usual one.
    public struct Options: Sendable {
        /// Listens on ::1 instead of 127.0.0.1.
        public var ipv6 = false
        /// Keeps every request for `requests`.
        public var records = true
        /// Speaks TLS.
        public var tls: ServerTLS?
        /// The kernel's buffer for what comes in, in bytes; nil: the system's own size.
        public var receiveBuffer: Int32?
        /// Acts once it has a request's head, whatever of the body is there. A body that doesn't come with its head must
        /// be received by the script, or the connection must end with it.
        public var actsAtHead = false
        /// What it does with a connection, by its number, before TLS and before any request.
        public var onAccept: @Sendable (Int) -> [Action] = { _ in [] }

        /// The last number of its address, 127.0.0.1 and so on.
        public var last: UInt8 = 1
        /// Its port; 0: of the kernel's choice.
        public var port = 0

        /// A usual server: plain, on 127.0.0.1.
        public init() {}
    }

    private struct State {
        var requests = 0
        var settled = 0
        var recorded: [Request] = []
    }

    /// The port it listens on.
    public var port: Int { listener.port }

    private let listener: ThreadedListener
    private let script: @Sendable (Request) -> [Action]
    private let options: Options
    private let state = NIOLockedValueBox(State())

    /// Starts a server that does with each request what `script` says.
    public init(_ options: Options, script: @escaping @Sendable (Request) -> [Action]) throws {
        listener = try ThreadedListener(
            ipv6: options.ipv6, receiveBuffer: options.receiveBuffer, last: options.last, port: options.port)
        self.options = options
        self.script = script
        listener.start { [self] in
            serve($0, $1)
        } closed: { [self] in
            settle($0)
        }
    }

    /// Starts a server. `record`: keeps every request for `requests`.
    public convenience init(
        ipv6: Bool = false, record: Bool = true, tls: ServerTLS? = nil,
        script: @escaping @Sendable (Request) -> [Action]
    ) throws {
        var options = Options()
        options.ipv6 = ipv6
        options.records = record
        options.tls = tls
        try self.init(options, script: script)
    }

    /// A server that answers every request with `response`.
    public convenience init(always response: String) throws {
        try self.init { _ in [.send(response)] }
    }

    /// `127.0.0.1:port`, or `[::1]:port`
    public var authority: String { "\(options.ipv6 ? "[::1]" : "127.0.0.\(options.last)"):\(port)" }

    /// `http://127.0.0.1:port`, or `https://…`
    public var url: String { "\(options.tls == nil ? "http" : "https")://\(authority)" }

    /// All requests so far, in the order in which they were complete.
    public var requests: [Request] { state.withLockedValue { $0.recorded } }

    /// The number of requests so far.
    public var requestCount: Int { state.withLockedValue { $0.requests } }

    /// The number of requests that the server has done with: all of the script done, the connection closed where it
    /// says so.
    public var settledCount: Int { state.withLockedValue { $0.settled } }

    /// The number of connections so far.
    public var connectionCount: Int { listener.connectionCount }

    /// Closes everything. The threads end by themselves.
    public func stop() { listener.stop() }

    /// A whole response with its length.
    public static func response(
        _ status: String = "200 OK", _ body: String = "", headers: [String] = []
    ) -> String {
        "HTTP/1.1 \(status)\r\n" + headers.map { $0 + "\r\n" }.joined() + "Content-Length: \(body.utf8.count)\r\n\r\n"
            + body
    }

    /// A connection and what is known of the request on it.
    private struct Dialogue {
        let channel: ServerChannel
        let connection: Int
        var input = Data()
        /// The request's number, and how much of its body is still to come.
        var request = 0
        var missing = 0
    }

    /// Gives the number of requests that are done with once the connection is closed.
    private func serve(_ descriptor: Int32, _ connection: Int) -> Int {
        var settled = 0
        if greet(descriptor, connection), let channel = ServerChannel(descriptor, tls: options.tls) {
            var dialogue = Dialogue(channel: channel, connection: connection)
            var goesOn = true
            while goesOn, let request = readRequest(&dialogue) {
                for action in script(request) where goesOn { goesOn = perform(action, &dialogue) }
                if goesOn { settle(1) } else { settled = 1 }
            }
        }
        return settled
    }

    private func settle(_ count: Int) { state.withLockedValue { $0.settled += count } }

    /// False where the connection ends before TLS.
    private func greet(_ descriptor: Int32, _ connection: Int) -> Bool {
        let actions = options.onAccept(connection)
        guard !actions.isEmpty, let channel = ServerChannel(descriptor, tls: nil) else { return true }
        var dialogue = Dialogue(channel: channel, connection: connection)
        return actions.allSatisfy { perform($0, &dialogue) }
    }

    private func readRequest(_ dialogue: inout Dialogue) -> Request? {
        while true {
            if var request = takeRequest(&dialogue) {
                request.isResumed = dialogue.channel.isResumed
                request.serverName = dialogue.channel.serverName
                if options.records { state.withLockedValue { $0.recorded.append(request) } }
                return request
            }
            if !receive(65_536, &dialogue) { return nil }
        }
    }

    private func takeRequest(_ dialogue: inout Dialogue) -> Request? {
        guard let end = dialogue.input.firstRange(of: Data("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: dialogue.input[..<end.lowerBound], as: UTF8.self)
        var request = Request(number: 0, connection: dialogue.connection, head: head, body: "")
        let length = request.header("content-length").flatMap(Int.init) ?? 0
        let there = min(length, dialogue.input.distance(from: end.upperBound, to: dialogue.input.endIndex))
        guard there == length || options.actsAtHead else { return nil }
        request.body = String(decoding: dialogue.input[end.upperBound..<(end.upperBound + there)], as: UTF8.self)
        dialogue.input = Data(dialogue.input[(end.upperBound + there)...])
        dialogue.missing = length - there
        request.number = state.withLockedValue { state in
            defer { state.requests += 1 }
            return state.requests
        }
        dialogue.request = request.number
        return request
    }

    /// False where the connection has ended.
    private func receive(_ count: Int, _ dialogue: inout Dialogue) -> Bool {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = buffer.withUnsafeMutableBufferPointer { dialogue.channel.receive($0) }
        guard received > 0 else { return false }
        dialogue.input.append(contentsOf: buffer[..<received])
        return true
    }

    /// Adds the rest of the body to the request at hand; false where the connection has ended.
    private func receiveBody(_ piece: Int, _ dialogue: inout Dialogue) -> Bool {
        while dialogue.input.count < dialogue.missing {
            if !receive(min(piece, dialogue.missing - dialogue.input.count), &dialogue) { return false }
        }
        let rest = String(decoding: dialogue.input.prefix(dialogue.missing), as: UTF8.self)
        dialogue.input = Data(dialogue.input.dropFirst(dialogue.missing))
        dialogue.missing = 0
        let number = dialogue.request
        state.withLockedValue { state in
            if let index = state.recorded.firstIndex(where: { $0.number == number }) {
                state.recorded[index].body += rest
            }
        }
        return true
    }

    /// False where the connection ends with the action.
    private func perform(_ action: Action, _ dialogue: inout Dialogue) -> Bool {
        let channel = dialogue.channel
        switch action {
        case .send(let text): return channel.send(Array(text.utf8))
        case .sendBytes(let bytes): return channel.send(bytes)
        case .sendBytewise(let text): return text.utf8.allSatisfy { channel.send([$0]) }
        case .trickle(let text, let seconds):
            return text.utf8.allSatisfy { byte in
                Thread.sleep(forTimeInterval: seconds)
                return channel.send([byte])
            }
        case .receive: return receive(65_536, &dialogue)
        case .receiveBody(let piece): return receiveBody(piece, &dialogue)
        case .wait(let seconds):
            Thread.sleep(forTimeInterval: seconds)
            return true
        case .close:
            channel.end()
            return false
        case .finish:
            channel.end()
            shutdown(channel.descriptor, Int32(SHUT_WR))
            channel.drain()
            return false
        case .cut: return false
        case .reset:
            var hard = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                channel.descriptor, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
            return false
        case .hang:
            // Ends when the client or `stop` closes.
            channel.drain()
            return false
        }
    }
}

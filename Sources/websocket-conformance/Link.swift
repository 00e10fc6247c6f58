import CLinux
import Generator
import Glibc

/// A WebSocket over a blocking socket to a server on this machine.
final class Link {
    enum Failure: Error {
        case connect(errno: Int32)
        case handshake(String)
    }

    /// A silence after which a connection is given up, in seconds: Autobahn allows its slowest cases 480.
    private static let patience = 500
    private static let headBound = 64 * 1024

    private let descriptor: Int32
    private var workspace = WebSocketWorkspace()
    private var session: WebSocketSession
    private var output = ByteStore()
    /// What came after the head of the server's answer.
    private var early: [UInt8] = []
    private var broken = false

    /// Connects and shakes hands.
    init(port: UInt16, path: String, deflate: DeflateOffer?) throws(Failure) {
        descriptor = try Self.connect(to: port)
        var settings = WebSocketSession.Settings()
        // Cases of section 9 send 16 MiB.
        settings.messageBound = 64 * 1024 * 1024
        session = WebSocketSession(deflate: nil, settings: settings)
        let handshake = WebSocketHandshake(deflate: deflate)
        let key = WebSocketKey(&workspace)
        let request =
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n" + handshake.constantFields
            + WebSocketHandshake.keyField(key) + "\r\n"
        Array(request.utf8).withUnsafeBufferPointer { output.append($0) }
        flush()
        let head = try readHead()
        do throws(WebSocketHandshakeFailure) {
            let agreement = try head.withUnsafeBufferPointer { (bytes) throws(WebSocketHandshakeFailure) in
                try handshake.agreement(head: bytes, key: key)
            }
            session = WebSocketSession(deflate: agreement.deflate, settings: settings)
        } catch {
            throw .handshake(error.message)
        }
    }

    deinit {
        close(descriptor)
        session.release()
        workspace.release()
        output.release()
    }

    /// Sends with the next flush, which `converse` does.
    func send(_ kind: WebSocketMessageKind, _ message: UnsafeBufferPointer<UInt8>) {
        _ = session.send(kind, message, workspace: &workspace, output: &output)
    }

    /// Gives each message to `onMessage` until the connection has ended.
    func converse(onMessage: (WebSocketMessageKind, UnsafeBufferPointer<UInt8>) -> Void) {
        early.withUnsafeBufferPointer { feed($0, onMessage) }
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 128 * 1024)
        defer { buffer.deallocate() }
        while !broken {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            feed(UnsafeBufferPointer(rebasing: buffer[..<count]), onMessage)
        }
    }

    private func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, _ onMessage: (WebSocketMessageKind, UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var rest = bytes
        while let event = session.receive(&rest, workspace: &workspace, output: &output) {
            if case .message(let kind, let payload) = event { onMessage(kind, payload) }
        }
        flush()
        // The server closes first (RFC 6455 §7.1.1); it is waited for, but not for long.
        if session.isClosed { setPatience(seconds: 2) }
    }

    private func flush() {
        var rest = output.bytes
        while !rest.isEmpty, !broken {
            let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if count > 0 {
                rest = UnsafeBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                broken = true
            }
        }
        output.removeAll()
    }

    private func readHead() throws(Failure) -> [UInt8] {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while head.count < Self.headBound {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .handshake("the server closed the connection") }
            head += buffer[..<count]
            let end = Array("\r\n\r\n".utf8)
            for index in 0..<max(0, head.count - 3) where head[index..<(index + 4)].elementsEqual(end) {
                early = Array(head[(index + 4)...])
                return Array(head[..<(index + 4)])
            }
        }
        throw .handshake("the server's head does not end")
    }

    private static func connect(to port: UInt16) throws(Failure) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .connect(errno: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let error = errno
            close(descriptor)
            throw .connect(errno: error)
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        setPatience(of: descriptor, seconds: patience)
        return descriptor
    }

    private func setPatience(seconds: Int) { Self.setPatience(of: descriptor, seconds: seconds) }

    private static func setPatience(of descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

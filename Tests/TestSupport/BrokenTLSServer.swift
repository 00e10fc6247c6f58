import COpenSSL
import Glibc

/// A server whose TLS goes wrong in one way, with each connection. Port of the kernel's choice on loopback.
public final class BrokenTLSServer: Sendable {
    /// What goes wrong.
    public enum Fault: String, CaseIterable, Sendable {
        case closedInHandshake
        case resetInHandshake
        /// The alert 40, handshake_failure (RFC 8446 §6.2).
        case refusedHandshake
        /// The alert 112, unrecognized_name.
        case unknownName
        /// A ServerHello that is none.
        case brokenHandshake
        /// Bytes that are no TLS at all.
        case plainAnswer
        /// After the handshake: a record that nobody encrypted.
        case brokenRecord
        /// After the handshake: the end of the connection, without close_notify.
        case closed
        /// After the handshake with TLS 1.2: half an answer, another handshake, the other half.
        case renegotiation
    }

    private let listener: ThreadedListener

    /// A server that shakes hands by `tls`, as far as it comes.
    public init(_ fault: Fault, tls: ServerTLS) throws {
        listener = try ThreadedListener { descriptor, _ in
            var request = [UInt8](repeating: 0, count: 4096)
            func sendRaw(_ bytes: [UInt8]) {
                _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            }
            switch fault {
            case .closedInHandshake, .resetInHandshake, .refusedHandshake, .unknownName, .brokenHandshake, .plainAnswer:
                guard recv(descriptor, &request, request.count, 0) > 0 else { return }
                switch fault {
                case .refusedHandshake: sendRaw([21, 3, 3, 0, 2, 2, 40])
                case .unknownName: sendRaw([21, 3, 3, 0, 2, 2, 112])
                case .brokenHandshake: sendRaw([22, 3, 3, 0, 4, 2, 0, 0, 0])
                case .plainAnswer: sendRaw(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8))
                case .resetInHandshake:
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                    return
                default: break
                }
            case .brokenRecord, .closed, .renegotiation:
                guard let connection = tls.accept(descriptor) else { return }
                defer { SSL_free(connection) }
                guard SSL_read(connection, &request, Int32(request.count)) > 0 else { return }
                let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".utf8)
                SSL_write(connection, answer, 40)
                if fault == .brokenRecord { sendRaw([23, 3, 3, 0, 32] + Array(repeating: 7, count: 32)) }
                if fault == .renegotiation {
                    SSL_renegotiate(connection)
                    SSL_do_handshake(connection)
                    SSL_write(connection, Array(answer[40...]), Int32(answer.count - 40))
                }
            }
            // The client's own words are read to the end, so that what was sent meets no reset.
            shutdown(descriptor, Int32(SHUT_WR))
            while recv(descriptor, &request, request.count, 0) > 0 {}
        }
    }

    deinit { listener.stop() }

    /// Its port on 127.0.0.1.
    public var port: Int { listener.port }
    /// Ends it.
    public func stop() { listener.stop() }
}

/// OpenSSL's own server, with options of a test's choice.
public final class OpenSSLServer {
    private let process: ServerProcess

    /// Starts `openssl s_server -www` with the certificates and the options.
    public init(_ certificates: TestCertificates, _ options: [String]) throws {
        process = try ServerProcess("openssl", ports: 1, ending: SIGKILL, files: { _, _ in [:] }) { ports, _ in
            ["s_server", "-accept", "127.0.0.1:\(ports[0])", "-www", "-quiet"]
                + ["-cert", certificates.server, "-key", certificates.serverKey] + options
        }
    }

    /// Its port on 127.0.0.1.
    public var port: Int { process.ports[0] }
}

import CLinux
import COpenSSL
import Glibc

/// A server's end of a connection, plain or with TLS; used by one thread.
final class ServerChannel {
    let descriptor: Int32
    private let tls: OpaquePointer?

    /// Nil where the TLS handshake fails.
    init?(_ descriptor: Int32, tls: ServerTLS?) {
        self.descriptor = descriptor
        guard let tls else {
            self.tls = nil
            return
        }
        guard let connection = tls.accept(descriptor) else { return nil }
        self.tls = connection
    }

    deinit { if let tls { SSL_free(tls) } }

    /// True where the connection's TLS session is one of an earlier connection.
    var isResumed: Bool { tls.map { SSL_session_reused($0) == 1 } ?? false }

    /// The name that the client asks for (SNI).
    var serverName: String? {
        tls.flatMap { SSL_get_servername($0, TLSEXT_NAMETYPE_host_name) }.map { String(cString: $0) }
    }

    /// Bytes read, 0 or less at the end.
    func receive(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let tls else { return recv(descriptor, buffer.baseAddress, buffer.count, 0) }
        return Int(SSL_read(tls, buffer.baseAddress, Int32(buffer.count)))
    }

    /// False where the peer takes nothing any more.
    func send(_ bytes: [UInt8]) -> Bool {
        if let tls { return bytes.isEmpty || SSL_write(tls, bytes, Int32(bytes.count)) > 0 }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { loadgate_send(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return false }
            sent += Int(count)
        }
        return true
    }

    /// Says that nothing follows (close_notify); without TLS the close itself says it.
    func end() { if let tls { SSL_shutdown(tls) } }

    /// Reads and forgets until the connection ends, under TLS too.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while bytes.withUnsafeMutableBytes({ recv(descriptor, $0.baseAddress, $0.count, 0) }) > 0 {}
    }
}

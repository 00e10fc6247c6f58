import COpenSSL
import Glibc
import Measures

/// The TLS of one connection. It does no I/O: it is given what was received, and what it has to send is appended to the
/// connection's output, so that receiving with the kernel's stamps and sending are the same with TLS as without.
struct TLSWire {
    /// What a step of the connection led to.
    enum Progress {
        /// So many bytes were unpacked; more are needed for more.
        case unpacked(Int)
        /// Likewise, and the peer has said that nothing follows (close_notify, RFC 8446 §6.1).
        case ended(Int)
        case failed(reason: String)
    }

    private let connection: OpaquePointer
    private let output: UnsafeMutablePointer<ByteStore>
    /// What was received and not yet taken; points into the reactor's buffer during a call only.
    private var input = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// Where the origin's session is kept.
    var session: UnsafeMutablePointer<OpaquePointer?>?

    init(connection: OpaquePointer, output: UnsafeMutablePointer<ByteStore>) {
        self.connection = connection
        self.output = output
    }

    /// Frees the connection's TLS, quietly: no message is sent, the session may be resumed all the same.
    static func close(_ wire: UnsafeMutablePointer<TLSWire>) {
        SSL_set_shutdown(wire.pointee.connection, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(wire.pointee.connection)
        wire.deallocate()
    }

    // The calls below go by pointer: OpenSSL calls back into the same memory, which a call on the value would hold.

    /// True once the handshake is done.
    static func isSecured(_ wire: UnsafeMutablePointer<TLSWire>) -> Bool {
        SSL_is_init_finished(wire.pointee.connection) == 1
    }

    /// True where the server chose HTTP/2 in the handshake, which is done (RFC 7301).
    static func speaksHTTP2(_ wire: UnsafeMutablePointer<TLSWire>) -> Bool {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(wire.pointee.connection, &name, &length)
        return UnsafeBufferPointer(start: name, count: Int(length)).elementsEqual("h2".utf8)
    }

    /// Goes on with the handshake on what was received, which may hold more than the handshake: the rest is left for
    /// `unpack`. Throws where it failed; an alert for the peer may then wait in the output.
    static func shakeHands(
        _ wire: UnsafeMutablePointer<TLSWire>, received: inout UnsafeBufferPointer<UInt8>
    ) throws(TLSFailure) {
        wire.pointee.input = received
        clearErrors()
        let connection = wire.pointee.connection
        let status = SSL_do_handshake(connection)
        received = wire.pointee.input
        wire.pointee.input = UnsafeBufferPointer(start: nil, count: 0)
        guard status != 1 else { return }
        if SSL_get_error(connection, status) != SSL_ERROR_WANT_READ {
            throw TLSFailure(reason: failure(of: connection, secured: false))
        }
    }

    /// Unpacks all of what was received into `plain`, whose memory must have room for it and one record more.
    static func unpack(
        _ wire: UnsafeMutablePointer<TLSWire>, received: UnsafeBufferPointer<UInt8>,
        into plain: UnsafeMutableBufferPointer<UInt8>
    ) -> Progress {
        wire.pointee.input = received
        clearErrors()
        defer { wire.pointee.input = UnsafeBufferPointer(start: nil, count: 0) }
        let connection = wire.pointee.connection
        var count = 0
        while count < plain.count, let base = plain.baseAddress {
            let status = SSL_read(connection, base + count, Int32(clamping: plain.count - count))
            if status > 0 {
                count += Int(status)
                // Where nothing is left, asking for more would only be told so.
                if wire.pointee.input.isEmpty, SSL_has_pending(connection) == 0 { return .unpacked(count) }
                continue
            }
            switch SSL_get_error(connection, status) {
            case SSL_ERROR_WANT_READ: return .unpacked(count)
            case SSL_ERROR_ZERO_RETURN: return .ended(count)
            default: return .failed(reason: failure(of: connection, secured: true))
            }
        }
        return .unpacked(count)
    }

    /// Packs bytes to send.
    static func pack(_ wire: UnsafeMutablePointer<TLSWire>, _ plain: UnsafeBufferPointer<UInt8>) throws(TLSFailure) {
        clearErrors()
        var rest = plain
        while let base = rest.baseAddress, rest.count > 0 {
            let taken = SSL_write(wire.pointee.connection, base, Int32(clamping: rest.count))
            guard taken > 0 else { throw TLSFailure(reason: failure(of: wire.pointee.connection, secured: true)) }
            rest = UnsafeBufferPointer(rebasing: rest[Int(taken)...])
        }
    }

    /// What went wrong before says nothing about the next call. Clearing the list costs far more than looking at it.
    private static func clearErrors() { if ERR_peek_error() != 0 { ERR_clear_error() } }

    /// What went wrong, the verification's own words where it was that.
    private static func failure(of connection: OpaquePointer, secured: Bool) -> String {
        let reason = TLSFailure.takeReason(otherwise: "for an unknown reason")
        // What the verification found stands there also where nobody asked for it, or after another failure.
        if !secured, SSL_get_verify_mode(connection) & SSL_VERIFY_PEER != 0, reason == "certificate verify failed" {
            let words = X509_verify_cert_error_string(SSL_get_verify_result(connection))
            return FailureText.certificate(words.map { String(cString: $0) } ?? reason)
        }
        return FailureText.tls(reason, secured: secured)
    }

    // MARK: OpenSSL's calls

    static func read(_ bio: OpaquePointer?, _ target: UnsafeMutablePointer<CChar>?, _ bound: Int32) -> Int32 {
        guard let wire = wire(of: bio), let target, bound > 0 else { return 0 }
        loadgate_bio_clear_retry(bio)
        let input = wire.pointee.input
        let count = min(Int(bound), input.count)
        guard count > 0, let base = input.baseAddress else {
            loadgate_bio_set_retry_read(bio)
            return -1
        }
        memcpy(target, base, count)
        wire.pointee.input = UnsafeBufferPointer(rebasing: input[count...])
        return Int32(count)
    }

    static func write(_ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
        guard let wire = wire(of: bio), let source, count > 0 else { return 0 }
        loadgate_bio_clear_retry(bio)
        source.withMemoryRebound(to: UInt8.self, capacity: Int(count)) {
            wire.pointee.output.pointee.append($0, count: Int(count))
        }
        return count
    }

    static func control(_ bio: OpaquePointer?, _ command: Int32, _: Int, _: UnsafeMutableRawPointer?) -> Int {
        // What was written is with the connection already.
        command == BIO_CTRL_FLUSH ? 1 : 0
    }

    /// 1: the session's reference is kept here.
    static func keepSession(_ connection: OpaquePointer?, _ session: OpaquePointer?) -> Int32 {
        guard let connection, let wire = wire(of: SSL_get_rbio(connection)), let location = wire.pointee.session else {
            return 0
        }
        if let former = location.pointee { SSL_SESSION_free(former) }
        location.pointee = session
        return 1
    }

    private static func wire(of bio: OpaquePointer?) -> UnsafeMutablePointer<TLSWire>? {
        BIO_get_data(bio)?.assumingMemoryBound(to: TLSWire.self)
    }
}

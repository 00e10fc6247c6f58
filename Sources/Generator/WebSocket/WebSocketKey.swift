import COpenSSL

/// The nonce of an opening handshake: 16 unpredictable bytes (RFC 6455 §4.1).
package struct WebSocketKey: BitwiseCopyable, Sendable {
    private let words: (UInt32, UInt32, UInt32, UInt32)

    package init(_ workspace: inout WebSocketWorkspace) {
        words = (
            workspace.random.nextWord(), workspace.random.nextWord(), workspace.random.nextWord(),
            workspace.random.nextWord()
        )
    }

    /// The key made of these bytes, in the order in which they lie in memory.
    init(bytes: (UInt32, UInt32, UInt32, UInt32)) { words = bytes }

    /// The value of `Sec-WebSocket-Key`.
    package var text: String { withUnsafeBytes(of: words) { Self.base64($0) } }

    /// The value of `Sec-WebSocket-Accept` that proves that the server understood (§4.2.2).
    var answer: String {
        var text = text + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return withUnsafeTemporaryAllocation(byteCount: Int(SHA_DIGEST_LENGTH), alignment: 1) { digest in
            text.withUTF8 { bytes in
                _ = SHA1(bytes.baseAddress, bytes.count, digest.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
            return Self.base64(UnsafeRawBufferPointer(digest))
        }
    }

    /// RFC 4648 §4, with padding.
    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(
                    place <= group.count
                        ? alphabet.utf8Start[bits >> (18 - 6 * place) & 0x3F] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

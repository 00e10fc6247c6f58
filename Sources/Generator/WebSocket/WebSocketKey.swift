import COpenSSL
import FoundationEssentials

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

    /// Once for a connection, so Foundation's.
    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String { Data(bytes).base64EncodedString() }
}

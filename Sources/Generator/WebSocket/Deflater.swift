import CZlib

/// Compresses the messages of permessage-deflate (RFC 7692 §7.2.1). Whoever makes one must `release` it.
package struct Deflater: BitwiseCopyable {
    /// Bytes of a message at most; a larger one is sent as it is.
    static let payloadBound = 1 << 30

    private let stream: UnsafeMutablePointer<z_stream>

    /// A window of 2^`windowBits` bytes at most, from 8 to 15.
    ///
    /// zlib has no window of 2^8 bytes for raw deflate. Its `Z_RLE` never looks back further than one byte, which fits in
    /// any window. The fastest level is used: the generator's time is dearer than the loopback's bytes.
    package init(windowBits: UInt8) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = loadgate_deflate_begin(
            stream, Z_BEST_SPEED, Int32(max(windowBits, 9)), windowBits < 9 ? Z_RLE : Z_DEFAULT_STRATEGY)
        if status != Z_OK { fatalError("deflateInit2: \(status)") }
    }

    /// Forgets the messages before.
    func reset() { deflateReset(stream) }

    package func release() {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Appends the compressed payload, of at most `payloadBound` bytes, to `output`.
    package func deflate(_ payload: UnsafeBufferPointer<UInt8>, to output: inout ByteStore) {
        // With nothing new to flush, zlib would write nothing: the empty block is written here (RFC 7692 §7.2.3.6).
        guard let start = payload.baseAddress, !payload.isEmpty else {
            output.append(0x00)
            return
        }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        stream.pointee.avail_in = UInt32(payload.count)
        repeat {
            let room = min(max(payload.count / 2, 256), 64 * 1024)
            stream.pointee.next_out = output.extend(by: room)
            stream.pointee.avail_out = UInt32(room)
            _ = CZlib.deflate(stream, Z_SYNC_FLUSH)
            output.removeLast(Int(stream.pointee.avail_out))
        } while stream.pointee.avail_out == 0
        // The flush ends with an empty block, 00 00 FF FF at its end, which the receiver puts back.
        output.removeLast(4)
    }
}

import CZlib

/// Decompresses the messages of permessage-deflate (RFC 7692 §7.2.2). Whoever makes one must `release` it.
struct Inflater {
    /// Blocks marked as final in one message at most. A sender has use for one; each costs a restart.
    private static let finalBlockBound = 256
    private static let windowSize = 32 * 1024

    private let stream: UnsafeMutablePointer<z_stream>

    /// A window of 2^`windowBits` bytes at most, from 8 to 15. What zlib compresses for 8 may need 9, so 8 is taken for 9.
    init(windowBits: UInt8) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = loadgate_inflate_begin(stream, Int32(max(windowBits, 9)))
        if status != Z_OK { fatalError("inflateInit2: \(status)") }
    }

    /// Forgets the messages before.
    func reset() { inflateReset(stream) }

    func release() {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Appends the decompressed payload to `output`, `bound` bytes at most.
    func inflate(
        _ payload: UnsafeBufferPointer<UInt8>, to output: inout ByteStore, bound: Int
    ) throws(WebSocketFailure) {
        var finalBlocks = 0
        _ = try feed(payload, flush: Z_SYNC_FLUSH, to: &output, bound: bound, finalBlocks: &finalBlocks)
        // The sender left out the end of its last, empty block. `Z_BLOCK` stops behind it.
        var tail: (UInt8, UInt8, UInt8, UInt8) = (0x00, 0x00, 0xFF, 0xFF)
        let ended = try withUnsafeBytes(of: &tail) { (bytes) throws(WebSocketFailure) in
            try feed(
                bytes.assumingMemoryBound(to: UInt8.self), flush: Z_BLOCK, to: &output, bound: bound,
                finalBlocks: &finalBlocks)
        }
        if !ended { throw .compression }
    }

    /// True where the bytes end where a block may begin.
    private func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, flush: Int32, to output: inout ByteStore, bound: Int,
        finalBlocks: inout Int
    ) throws(WebSocketFailure) -> Bool {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.avail_in = UInt32(bytes.count)
        while true {
            // One byte more than allowed, to see that there is more.
            let room = min(max(Int(stream.pointee.avail_in) * 4, 1024), 64 * 1024, bound + 1 - output.count)
            stream.pointee.next_out = output.extend(by: room)
            stream.pointee.avail_out = UInt32(room)
            let status = CZlib.inflate(stream, flush)
            output.removeLast(Int(stream.pointee.avail_out))
            if output.count > bound { throw .messageTooLarge }
            switch status {
            case Z_OK: break
            case Z_STREAM_END:
                finalBlocks += 1
                guard finalBlocks <= Self.finalBlockBound else { throw .compression }
                restart()
                if stream.pointee.avail_in == 0 { return true }
            case Z_BUF_ERROR where stream.pointee.avail_in == 0: break
            default: throw .compression
            }
            if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 {
                // zlib.h: 128 stands for a stop at the end of a block, the low bits count those not used of the last byte.
                return stream.pointee.data_type & 0x87 == 0x80
            }
        }
    }

    /// Goes on after a block marked as final, which ends no message here (RFC 7692 §7.2.3.4): the window stays.
    private func restart() {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.windowSize) { window in
            var length: UInt32 = 0
            inflateGetDictionary(stream, window.baseAddress, &length)
            inflateReset(stream)
            inflateSetDictionary(stream, window.baseAddress, length)
        }
    }
}

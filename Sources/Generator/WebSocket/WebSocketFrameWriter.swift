/// Makes a client's frames (RFC 6455 §5.2): masked, each with a key of its own.
enum WebSocketFrameWriter {
    /// Appends a frame. `compressed` sets RSV1 (RFC 7692 §6).
    static func append(
        _ opcode: WebSocketOpcode, final: Bool = true, compressed: Bool = false, payload: UnsafeBufferPointer<UInt8>,
        key: UInt32, to output: inout ByteStore
    ) {
        output.append(opcode.rawValue | (final ? 0x80 : 0) | (compressed ? 0x40 : 0))
        let masked: UInt8 = 0x80
        switch payload.count {
        case ...125: output.append(masked | UInt8(payload.count))
        case ...0xFFFF:
            output.append(masked | 126)
            append(bigEndian: UInt64(payload.count), bytes: 2, to: &output)
        default:
            output.append(masked | 127)
            append(bigEndian: UInt64(payload.count), bytes: 8, to: &output)
        }
        mask(payload, with: key, to: output.extend(by: 4 + payload.count))
    }

    /// Appends a message in frames of at most `frameBound` bytes of payload; `frameBound` is above 0.
    static func append(
        message: UnsafeBufferPointer<UInt8>, _ kind: WebSocketMessageKind, compressed: Bool, frameBound: Int,
        random: inout RandomBytes, to output: inout ByteStore
    ) {
        var start = 0
        repeat {
            let end = start + min(frameBound, message.count - start)
            append(
                start > 0 ? .continuation : kind == .text ? .text : .binary, final: end == message.count,
                compressed: compressed && start == 0, payload: UnsafeBufferPointer(rebasing: message[start..<end]),
                key: random.nextWord(), to: &output)
            start = end
        } while start < message.count
    }

    private static func append(bigEndian number: UInt64, bytes: Int, to output: inout ByteStore) {
        for index in (0..<bytes).reversed() { output.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8))) }
    }

    /// Writes the key, in the order in which it lies in memory, and the payload masked with it.
    private static func mask(
        _ payload: UnsafeBufferPointer<UInt8>, with key: UInt32, to output: UnsafeMutablePointer<UInt8>
    ) {
        let keyBytes = UnsafeMutableRawPointer(output)
        keyBytes.storeBytes(of: key, as: UInt32.self)
        guard let source = payload.baseAddress else { return }
        let from = UnsafeRawPointer(source)
        let to = keyBytes + 4
        let doubled = UInt64(key) << 32 | UInt64(key)
        var position = 0
        while payload.count - position >= 8 {
            let word = from.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ doubled
            to.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
            position += 8
        }
        while position < payload.count {
            output[4 + position] = source[position] ^ output[position & 3]
            position += 1
        }
    }
}

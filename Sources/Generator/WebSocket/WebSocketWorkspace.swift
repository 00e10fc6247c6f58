/// What all WebSocket sessions of one reactor use in turn. Whoever makes one must `release` it.
package struct WebSocketWorkspace {
    /// Memory for one message that is kept between messages at most.
    private static let keptSize = 256 * 1024

    var random = RandomBytes()
    /// The message that was decompressed last.
    private(set) var inflated = ByteStore()
    /// The message that was compressed last.
    private(set) var deflated = ByteStore()
    /// For sessions without context takeover: nothing of a message is needed for the next.
    private var inflater: Inflater?
    /// Likewise, by the bits of their window.
    private var deflaters: [Deflater?] = Array(repeating: nil, count: 16)

    package init() {}

    /// Gives the memory back.
    package mutating func release() {
        random.release()
        inflated.release()
        deflated.release()
        inflater?.release()
        for deflater in deflaters { deflater?.release() }
        (inflater, deflaters) = (nil, [])
    }

    /// Decompresses with `own` state, or with that of all where there is none; valid until the next call.
    mutating func inflate(
        _ payload: UnsafeBufferPointer<UInt8>, own: Inflater?, bound: Int
    ) throws(WebSocketFailure) -> UnsafeBufferPointer<UInt8> {
        inflated.trim(to: Self.keptSize)
        if let own {
            try own.inflate(payload, to: &inflated, bound: bound)
        } else {
            let shared = inflater ?? Inflater(windowBits: 15)
            inflater = shared
            shared.reset()
            try shared.inflate(payload, to: &inflated, bound: bound)
        }
        return inflated.bytes
    }

    /// Compresses with `own` state, or with that of all where there is none; valid until the next call.
    mutating func deflate(
        _ payload: UnsafeBufferPointer<UInt8>, own: Deflater?, windowBits: UInt8
    ) -> UnsafeBufferPointer<UInt8> {
        deflated.trim(to: Self.keptSize)
        if let own {
            own.deflate(payload, to: &deflated)
        } else {
            let shared = deflaters[Int(windowBits)] ?? Deflater(windowBits: windowBits)
            deflaters[Int(windowBits)] = shared
            shared.reset()
            shared.deflate(payload, to: &deflated)
        }
        return deflated.bytes
    }
}

/// What all connections of a sender read with, one after the other.
final class ExchangeBuffers {
    /// What a read takes at most.
    let read: UnsafeMutableBufferPointer<UInt8>
    /// What TLS unpacks of a read, and of a record of which the beginning was read before.
    let plain: UnsafeMutableBufferPointer<UInt8>
    var clock = ReactorClock()

    init() {
        let size = 128 * 1024
        // A TLS record's content at most (RFC 8446 §5.1).
        let recordSize = 16 * 1024
        read = .allocate(capacity: size)
        plain = .allocate(capacity: size + recordSize)
    }

    deinit {
        read.deallocate()
        plain.deallocate()
    }
}

/// Memory that a reactor uses for one thing after another. Each at an address of its own, so that one may be read while
/// another is written to.
struct ReactorBuffers {
    static let readSize = 128 * 1024
    /// A TLS record's content at most (RFC 8446 §5.1).
    private static let recordSize = 16 * 1024

    /// What was read from a socket last.
    let read: UnsafeMutablePointer<UInt8>
    /// What TLS unpacks of a read, and of a record of which the beginning was read before. Empty without TLS.
    let plain: UnsafeMutableBufferPointer<UInt8>
    /// A request, rendered.
    let request: UnsafeMutablePointer<ByteStore>
    /// A request with the cookies in it, where users keep some.
    let requestWithCookies: UnsafeMutablePointer<ByteStore>
    /// Values on their way into something else.
    let scratch: UnsafeMutablePointer<ByteStore>

    init(hasTLS: Bool) {
        read = .allocate(capacity: Self.readSize)
        plain = .allocate(capacity: hasTLS ? Self.readSize + Self.recordSize : 0)
        request = .allocate(capacity: 1)
        requestWithCookies = .allocate(capacity: 1)
        scratch = .allocate(capacity: 1)
        for store in [request, requestWithCookies, scratch] { store.initialize(to: ByteStore()) }
    }

    func release() {
        read.deallocate()
        plain.deallocate()
        for store in [request, requestWithCookies, scratch] {
            store.pointee.release()
            store.deallocate()
        }
    }
}

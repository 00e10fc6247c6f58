import CNghttp2

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
    /// The fields of a request of HTTP/2, rendered.
    let fields: UnsafeMutablePointer<nghttp2_nv>
    /// A request, rendered; of one of HTTP/2 the values that are filled in.
    let request: UnsafeMutablePointer<ByteStore>
    /// A request with the cookies in it, where users keep some.
    let requestWithCookies: UnsafeMutablePointer<ByteStore>
    /// Values on their way into something else.
    let scratch: UnsafeMutablePointer<ByteStore>
    /// Of each step the head that its answers had last.
    let heads: UnsafeMutableBufferPointer<KnownHead>

    /// `fields`: as many as a request of HTTP/2 has at most; `steps`: those whose heads are remembered.
    init(hasTLS: Bool, fields: Int = 0, steps: Int = 0) {
        self.fields = .allocate(capacity: fields)
        heads = .allocate(capacity: steps)
        heads.initialize(repeating: KnownHead())
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
        fields.deallocate()
        for index in heads.indices { heads[index].release() }
        heads.deallocate()
        for store in [request, requestWithCookies, scratch] {
            store.pointee.release()
            store.deallocate()
        }
    }
}

import Measures

/// An exchange as a reactor keeps it: bytes and plain numbers, secrets and all, until the load is over. Its memory is used
/// again for a slower one.
struct KeptExchange: Sendable {
    var kind = ExchangeEvidence.Kind.failed
    var outcome = Outcome.ok
    var reason: String?
    var exchange = Exchange()
    var finished = Instant(nanoseconds: 0)
    var user = 0
    /// Below zero: of the login.
    var iteration = 0
    /// 0: none, or not known.
    var connection = 0
    /// When its connection was opened; zero: that is not known.
    var opened = Instant(nanoseconds: 0)
    var address: SocketAddress?

    /// The request's head, of a message on a WebSocket nothing, and its body.
    var requestHead: [UInt8] = []
    var requestBody: [UInt8] = []
    var requestBodyBytes = 0
    var hasRequest = false
    var isMessage = false

    /// 0: no answer came.
    var status = 0
    var head: [UInt8] = []
    var body: [UInt8] = []
    /// True where the body's bytes are known, none or some.
    var hasBody = false
    /// True where the body is what came instead of an answer.
    var isNoAnswer = false
    var bodyBytes = 0
    var lastURL: String?
    /// What the user held that must not show.
    var captured: [(value: String, shown: String)] = []

    /// Bytes of a request's or an answer's head that are kept at most.
    static let headBound = 8 * 1024
    /// Bytes of a request's body that are shown at most, and of an answer's.
    static let requestBodyBound = 16 * 1024
    static let bodyBound = 4 * 1024
    /// Bytes that are kept behind what is shown, so that a secret that reaches across the end is known as one.
    static let beyond = 2 * 1024

    /// The bytes that it holds.
    var size: Int { requestHead.count + requestBody.count + head.count + body.count }

    /// Forgets all, and keeps the memory.
    mutating func removeAll() {
        var fresh = KeptExchange()
        swap(&fresh.requestHead, &requestHead)
        swap(&fresh.requestBody, &requestBody)
        swap(&fresh.head, &head)
        swap(&fresh.body, &body)
        fresh.requestHead.removeAll(keepingCapacity: true)
        fresh.requestBody.removeAll(keepingCapacity: true)
        fresh.head.removeAll(keepingCapacity: true)
        fresh.body.removeAll(keepingCapacity: true)
        swap(&fresh, &self)
    }

    /// Takes a request: its head to the empty line, and its body.
    mutating func take(request head: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>) {
        hasRequest = true
        requestHead.append(contentsOf: head.prefix(Self.headBound + Self.beyond))
        requestBodyBytes = body.count
        guard kind == .failed else { return }
        requestBody.append(contentsOf: body.prefix(Self.requestBodyBound + Self.beyond))
    }

    mutating func take(head: UnsafeBufferPointer<UInt8>) {
        self.head.append(contentsOf: head.prefix(Self.headBound + Self.beyond))
    }

    /// Takes what there is of a body; nil: nothing was kept of it.
    mutating func take(body: UnsafeBufferPointer<UInt8>?) {
        guard let body, kind == .failed else { return }
        hasBody = true
        self.body.append(contentsOf: body.prefix(Self.bodyBound + Self.beyond))
    }
}

/// What is kept of a request until its answer is judged. Its memory is used again; `release` frees it.
struct KeptRequest {
    /// The request target.
    private(set) var target = ByteStore()
    /// The beginning of the body.
    private(set) var body = ByteStore()
    /// Step, target and whole body as one number, equal for equal requests of this process.
    private(set) var digest: UInt64 = 0

    /// Bytes of a body that are kept. More than are ever shown, so that a secret in them is recognised as a whole.
    static let bodyBound = 16 * 1024

    /// Keeps an HTTP/1.1 request; of its body only where `withBody`.
    mutating func keep(_ request: UnsafeBufferPointer<UInt8>, step: Int, withBody: Bool) {
        let blank = UInt8(ascii: " ")
        let start = (request.firstIndex(of: blank) ?? request.count - 1) + 1
        let end = request[start...].firstIndex(of: blank) ?? request.endIndex
        let body = withBody ? request[Self.headLength(of: request)...] : request[request.endIndex...]
        keep(
            target: UnsafeBufferPointer(rebasing: request[start..<end]), body: UnsafeBufferPointer(rebasing: body),
            step: step)
    }

    /// Keeps a request by its parts.
    mutating func keep(target: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>, step: Int) {
        self.target.removeAll()
        self.target.append(target)
        self.body.removeAll()
        self.body.append(UnsafeBufferPointer(rebasing: body.prefix(Self.bodyBound)))
        var hasher = Hasher()
        hasher.combine(step)
        hasher.combine(target.count)
        hasher.combine(bytes: UnsafeRawBufferPointer(target))
        hasher.combine(bytes: UnsafeRawBufferPointer(body))
        digest = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The length of a request's head, the empty line included; that of the whole request where there is none.
    static func headLength(of request: UnsafeBufferPointer<UInt8>) -> Int {
        var index = 3
        while index < request.count {
            // The last of the four bytes tells how far the end can't be.
            if request[index] == UInt8(ascii: "\n") {
                if request[index - 1] == UInt8(ascii: "\r"), request[index - 2] == UInt8(ascii: "\n"),
                    request[index - 3] == UInt8(ascii: "\r")
                {
                    return index + 1
                }
                index += 2
            } else {
                index += request[index] == UInt8(ascii: "\r") ? 1 : 4
            }
        }
        return request.count
    }

    /// What was asked, in words: the body, of a request without one the target.
    var shown: String { String(decoding: body.count > 0 ? body.bytes : target.bytes, as: UTF8.self) }

    mutating func trim() {
        target.trim(to: 1024)
        body.trim(to: 2 * 1024)
    }

    mutating func release() {
        target.release()
        body.release()
    }
}

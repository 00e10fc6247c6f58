/// Puts a `Cookie` field into a request that is ready to be sent.
enum CookieField {
    /// Where things stand in an HTTP/1.1 request.
    struct Parts {
        /// The request target.
        var target: UnsafeBufferPointer<UInt8>
        /// Where the empty line begins that ends the head.
        var headEnd: Int
        /// Where the value of the request's own `Cookie` field ends, and whether it is empty; nil where it has none.
        var own: (end: Int, isEmpty: Bool)?

        init(of request: UnsafeBufferPointer<UInt8>) {
            let blank = UInt8(ascii: " ")
            let start = (request.firstIndex(of: blank) ?? request.count - 1) + 1
            let end = request[start...].firstIndex(of: blank) ?? request.endIndex
            target = UnsafeBufferPointer(rebasing: request[start..<end])
            headEnd = KeptRequest.headLength(of: request) - 2
            var line = 0
            while line < headEnd {
                let next = (request[line..<headEnd].firstIndex(of: UInt8(ascii: "\n")) ?? headEnd - 1) + 1
                let text = UnsafeBufferPointer(rebasing: request[line..<(next - 2)])
                if let colon = text.firstIndex(of: UInt8(ascii: ":")),
                    HeaderSyntax.equal(UnsafeBufferPointer(rebasing: text[..<colon]), "cookie")
                {
                    let value = HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: text[(colon + 1)...]))
                    own = (next - 2, value.isEmpty)
                }
                line = next
            }
        }
    }

    /// Appends the request with the cookies in it: behind those of its own field, or in a field at the head's end.
    static func append(
        _ request: UnsafeBufferPointer<UInt8>, _ parts: Parts, cookies: UnsafeBufferPointer<UInt8>,
        to output: inout ByteStore
    ) {
        let end = parts.own?.end ?? parts.headEnd
        output.append(UnsafeBufferPointer(rebasing: request[..<end]))
        if let own = parts.own {
            if !own.isEmpty { output.append("; ") }
            output.append(cookies)
        } else {
            output.append("Cookie: ")
            output.append(cookies)
            output.append("\r\n")
        }
        output.append(UnsafeBufferPointer(rebasing: request[end...]))
    }
}

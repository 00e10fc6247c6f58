import CCurl
import Glibc
import Measures
import Scenarios

/// What libcurl's transfers sent and got, for exchanges that are kept whole.
extension CurlTransport {
    /// Puts what is known of a transfer into what is kept of its exchange, until its place is released. `scratch`: memory to
    /// write the request's head in.
    func takeEvidence(of index: Int32, into kept: inout KeptExchange, _ scratch: inout ByteStore) {
        let transfer = transfers.base + Int(index)
        if let template = transfer.pointee.template {
            scratch.removeAll()
            let body = body(of: transfer, template)
            writeHead(of: transfer, template, bodyBytes: body.count, to: &scratch)
            kept.take(request: scratch.bytes, body: body)
        }
        let port = Int(transfer.pointee.localPort)
        if port > 0 {
            kept.connection = Int(connectionsByPort.base[port].number)
            kept.opened = connectionsByPort.base[port].opened
        }
        let origin = transfer.pointee.origin
        if let known = settings.addresses?.known[origin] {
            let number = Int(transfer.pointee.address)
            // Where libcurl failed before it told which, there may be only one.
            kept.address = known.indices.contains(number) ? known[number] : known.count == 1 ? known[0] : nil
        }
        kept.status = transfer.pointee.answers > 0 ? Int(transfer.pointee.status) : 0
        kept.bodyBytes = Int(clamping: transfer.pointee.bodyBytes)
        if transfer.pointee.head.count > 0 { kept.take(head: transfer.pointee.head.bytes) }
        let own = transfer.pointee.kept
        if own?.pointee.body.count ?? 0 > 0 || transfer.pointee.bodyBytes == 0 || own?.pointee.wantsBody == true {
            kept.take(body: own?.pointee.body.bytes ?? .empty)
        } else if transfer.pointee.excerpt.count > 0 {
            kept.take(body: transfer.pointee.excerpt.bytes)
        }
        if let easy = transfer.pointee.easy, loadgate_curl_long(easy, CURLINFO_REDIRECT_COUNT) > 0,
            let url = loadgate_curl_effective_url(easy)
        {
            kept.lastURL = String(cString: url)
        }
    }

    /// Notes the connection that a transfer's request goes out on, by its port on this machine.
    func noteConnection(_ transfer: UnsafeMutablePointer<CurlTransfer>, localPort: Int32) {
        guard 0..<Int32(connectionsByPort.capacity) ~= localPort else { return }
        transfer.pointee.localPort = localPort
        guard transfer.pointee.opened else { return }
        connectionCount += 1
        connectionsByPort.base[Int(localPort)] = NumberedConnection(number: connectionCount, opened: ReactorClock.now())
    }

    private func body(
        of transfer: UnsafeMutablePointer<CurlTransfer>, _ template: UnsafePointer<CurlRequestTemplate>
    ) -> UnsafeBufferPointer<UInt8> {
        guard template.pointee.sendsBody, case .text(let content) = template.pointee.payload else { return .empty }
        return content.constant ?? transfer.pointee.request.body.bytes
    }

    /// The head as libcurl makes it, but for what it makes by itself: cookies, and what proves who sends it.
    private func writeHead(
        of transfer: UnsafeMutablePointer<CurlTransfer>, _ template: UnsafePointer<CurlRequestTemplate>, bodyBytes: Int,
        to head: inout ByteStore
    ) {
        switch template.pointee.method {
        case .get: head.append("GET")
        case .head: head.append("HEAD")
        case .post: head.append("POST")
        case .other(let name, _): head.append(Self.bytes(name))
        }
        let url = transfer.pointee.request.target(template)
        // Behind `http://` or `https://`.
        let start = (url.firstIndex(of: UInt8(ascii: ":")) ?? 0) + 3
        let end = url[start...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? url.endIndex
        head.append(" ")
        if end == url.endIndex || url[end] == UInt8(ascii: "?") { head.append("/") }
        head.append(UnsafeBufferPointer(rebasing: url[end...]))
        head.append(settings.http.version == .http2 ? " HTTP/2\r\n" : " HTTP/1.1\r\n")
        let first = template.pointee.constantFields ?? transfer.pointee.request.fields
        func has(_ name: StaticString) -> Bool {
            var next = first
            while let field = next {
                let line = Self.bytes(field.pointee.data)
                let length = line.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ";") } ?? line.count
                if HeaderSyntax.equal(UnsafeBufferPointer(rebasing: line[..<length]), name) { return true }
                next = field.pointee.next
            }
            return false
        }
        if !has("host") {
            head.append("Host: ")
            head.append(UnsafeBufferPointer(rebasing: url[start..<end]))
            head.append("\r\n")
        }
        if !has("user-agent") {
            head.append("User-Agent: ")
            var agent = settings.userAgent
            agent.withUTF8 { head.append($0) }
            head.append("\r\n")
        }
        if !has("accept") { head.append("Accept: */*\r\n") }
        var next = first
        while let field = next {
            let line = Self.bytes(field.pointee.data)
            // `Name:` is not sent, `Name;` without a value.
            if line.last == UInt8(ascii: ";"), !line.contains(UInt8(ascii: ":")) {
                head.append(UnsafeBufferPointer(rebasing: line.dropLast()))
                head.append(":\r\n")
            } else if line.last != UInt8(ascii: ":") {
                head.append(line)
                head.append("\r\n")
            }
            next = field.pointee.next
        }
        if bodyBytes > 0 {
            head.append("Content-Length: ")
            head.append(decimal: bodyBytes)
            head.append("\r\n")
        }
        head.append("\r\n")
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return .empty }
        return UnsafeBufferPointer(
            start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
    }
}

/// A connection of libcurl's, numbered in the order in which they were opened.
struct NumberedConnection: BitwiseCopyable {
    var number: Int32
    var opened: Instant
}

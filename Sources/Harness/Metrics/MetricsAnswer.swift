/// What a scraper is answered: a pure function of the head of its request (RFC 9112). Every answer closes its connection.
enum MetricsAnswer {
    /// The most bytes of a head.
    static let headLimit = 8_192

    /// The answer to what has arrived so far; nil where the head is not whole yet.
    ///
    /// - Parameter metrics: Makes the page of `/metrics`; called for a GET or HEAD of it only.
    static func bytes(to received: [UInt8], metrics: () -> String) -> [UInt8]? {
        guard let end = endOfHead(received) else {
            return received.count < headLimit ? nil : answer("431 Request Header Fields Too Large")
        }
        guard end <= headLimit else { return answer("431 Request Header Fields Too Large") }
        // Empty lines before the request line are passed over (section 2.2).
        let line = received[..<end].drop { $0 == 13 || $0 == 10 }.prefix { $0 != 13 && $0 != 10 }
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3, words.allSatisfy({ !$0.isEmpty }), words[2].hasPrefix("HTTP/") else {
            return answer("400 Bad Request")
        }
        guard words[2].hasPrefix("HTTP/1.") else { return answer("505 HTTP Version Not Supported") }
        let path = words[1].prefix { $0 != "?" }
        guard path == "/" || path == "/metrics" else { return answer("404 Not Found", isHead: words[0] == "HEAD") }
        guard words[0] == "GET" || words[0] == "HEAD" else {
            return answer("405 Method Not Allowed", fields: ["Allow: GET, HEAD"])
        }
        if path == "/" {
            return answer("200 OK", body: "Loadgate: see /metrics\n", isHead: words[0] == "HEAD")
        }
        return answer(
            "200 OK", type: "text/plain; version=0.0.4; charset=utf-8", body: metrics(), isHead: words[0] == "HEAD")
    }

    /// Where the empty line that ends a head ends; nil where there is none yet.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        var lineStart: Int?
        for (index, byte) in bytes.enumerated() where byte == 10 {
            guard let start = lineStart else {
                // Empty lines before the request line don't end it.
                if bytes[..<index].contains(where: { $0 != 13 && $0 != 10 }) { lineStart = index + 1 }
                continue
            }
            if bytes[start..<index].allSatisfy({ $0 == 13 }) { return index + 1 }
            lineStart = index + 1
        }
        return nil
    }

    private static func answer(
        _ status: String, type: String = "text/plain; charset=utf-8", fields: [String] = [], body: String? = nil,
        isHead: Bool = false
    ) -> [UInt8] {
        let body = Array((body ?? status + "\n").utf8)
        let head =
            ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)"] + fields
            + ["Cache-Control: no-store", "Connection: close", "", ""]
        return Array(head.joined(separator: "\r\n").utf8) + (isHead ? [] : body)
    }
}

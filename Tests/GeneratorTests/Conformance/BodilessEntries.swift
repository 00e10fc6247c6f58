import Measures
import Scenarios
import TestSupport

/// Answers that have no body whatever their fields say (RFC 9112 §6.3, cases 1 and 2).
extension ConformanceGroup {
    static let bodilessEntries = withoutBodies + wrongBodies

    private static let withoutBodies: [ConformanceEntry] = [
        ConformanceEntry("204", Answer.of("204 No Content"), connections: 1).checking("body size == 0"),
        // It must not have a length (RFC 9110 §8.6); that it has one does no harm.
        ConformanceEntry("204 with a length of 0", Answer.of("204 No Content", ["Content-Length: 0"]), connections: 1),
        ConformanceEntry("204 with a length", Answer.of("204 No Content", ["Content-Length: 5"]), connections: 1),
        ConformanceEntry(
            "204 with chunks announced", Answer.of("204 No Content", ["Transfer-Encoding: chunked"]), connections: 1),
        ConformanceEntry("204, closing", Answer.of("204 No Content", ["Connection: close"]), connections: 2),
        ConformanceEntry("204 to a DELETE", Answer.of("204 No Content"), connections: 1).method(.delete),
        ConformanceEntry("304", Answer.of("304 Not Modified", ["ETag: \"a\""]), connections: 1)
            .checking("status == 304", "header etag contains a"),
        ConformanceEntry("304 with a length", Answer.of("304 Not Modified", ["Content-Length: 500"]), connections: 1),
        ConformanceEntry(
            "304 with chunks announced", Answer.of("304 Not Modified", ["Transfer-Encoding: chunked"]),
            connections: 1),
        head("without a length", Answer.of()),
        head("with a length", Answer.of("200 OK", ["Content-Length: 500"])),
        head("with chunks announced", Answer.of("200 OK", ["Transfer-Encoding: chunked"])),
        head("with status 204", Answer.of("204 No Content")),
        head("of a redirect", Answer.of("302 Found", ["Location: /elsewhere", "Content-Length: 12"])),
        ConformanceEntry(
            "HEAD with status 404", Answer.of("404 Not Found", ["Content-Length: 9"]), .http4xx, connections: 1
        ).method(.head),
        head("of HTTP/1.0, kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n"),
        ConformanceEntry("HEAD of HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", connections: 2)
            .method(.head),
        // 205 has no content (RFC 9110 §15.3.6), but frames it as others do.
        ConformanceEntry(
            "205 with a length of 0", Answer.of("205 Reset Content", ["Content-Length: 0"]), connections: 1),
        ConformanceEntry(
            "205 with a last chunk", Answer.of("205 Reset Content", ["Transfer-Encoding: chunked"], "0\r\n\r\n"),
            connections: 1),
        ConformanceEntry(
            "200 to an OPTIONS without a length", [.send(Answer.of("200 OK", ["Allow: GET"])), .close], connections: 2
        ).method(.options),
    ]

    private static let wrongBodies: [ConformanceEntry] = [
        wrong("204 with a body", Answer.of("204 No Content", ["Content-Length: 5"], "hello")),
        wrong("204 with a chunk", Answer.of("204 No Content", ["Transfer-Encoding: chunked"], "0\r\n\r\n")),
        wrong("304 with a body", Answer.of("304 Not Modified", ["Content-Length: 5"], "hello")),
        wrong("HEAD with a body", Answer.ok).method(.head),
        wrong("HEAD with a chunk", Answer.chunked("0\r\n\r\n")).method(.head),
    ]

    private static func head(_ name: String, _ text: String) -> ConformanceEntry {
        ConformanceEntry("HEAD \(name)", text, connections: 1).method(.head).checking("body size == 0")
    }

    private static func wrong(_ name: String, _ text: String) -> ConformanceEntry {
        ConformanceEntry(
            name, text, .protocolError, connections: 2, reason: "bytes came after the end of the answer"
        ).withCurl(
            .ok,
            because:
                "libcurl discards what exceeds the answer, as RFC 9112 §6.3 allows, and keeps or closes the connection")
    }
}

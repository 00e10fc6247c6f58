import Measures
import Scenarios
import TestSupport

/// Content-Length (RFC 9110 §8.6, RFC 9112 §6.2).
extension ConformanceGroup {
    static let lengthEntries = goodLengths + badLengths + overlong

    private static let malformed = "the answer's Content-Length is not a number, or several differ"
    private static let leftover = "bytes came after the end of the answer"

    private static let goodLengths: [ConformanceEntry] = [
        length("of nothing", ["0"], ""),
        length("of some bytes", ["5"], "hello"),
        length("with zeros before it", ["0005"], "hello"),
        length("between blanks and tabs", [" \t 5 \t "], "hello"),
        // A list of equal lengths, in one field or in several, may be taken as the one (RFC 9110 §8.6).
        length("twice the same", ["5", "5"], "hello"),
        length("twice the same in a list", ["5, 5"], "hello"),
        length("of 1 MiB", ["1048576"], String(repeating: "0123456789abcdef", count: 65_536)),
        length("of a body that looks like an answer", ["38"], "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        length("in UTF-8 bytes", ["9"], "aä€abc"),
        ConformanceEntry(
            "Content-Length: the field's name in other cases", "HTTP/1.1 200 OK\r\ncOnTeNt-lEnGtH: 5\r\n\r\nhello",
            connections: 1
        ).checking("body == hello"),
        ConformanceEntry("Content-Length: byte by byte", [.sendBytewise(Answer.ok)], connections: 1)
            .checking("body == hello"),
        ConformanceEntry(
            "Content-Length: head and body in a send each",
            [.send(Answer.of("200 OK", ["Content-Length: 5"])), .send("hel"), .send("lo")], connections: 1
        ).checking("body == hello"),
        ConformanceEntry(
            "Content-Length: a body of all bytes",
            [.sendBytes(Array(Answer.of("200 OK", ["Content-Length: 256"]).utf8) + (0...255))], connections: 1
        ).checking("body size == 256"),
        ConformanceEntry(
            "compressed bytes that nobody asked for stay as they are (RFC 9110 §8.4)",
            [.sendBytes(Array(Answer.of("200 OK", ["Content-Encoding: gzip", "Content-Length: 25"]).utf8) + gzip)],
            connections: 1
        ).checking("body size == 25", "header Content-Encoding == gzip"),
        ConformanceEntry(
            "compressed bytes that are broken stay as they are",
            Answer.of("200 OK", ["Content-Encoding: br", "Content-Length: 7"], "no brot"), connections: 1
        ).checking("body == no brot"),
    ]

    private static let badLengths: [ConformanceEntry] = [
        bad("differing", ["5", "6"]),
        bad("differing in a list", ["5, 6"]),
        bad("below zero", ["-1"]),
        bad("with a plus", ["+5"]),
        bad("that is empty", [""]),
        bad("that is no number", ["five"]),
        bad("in hex", ["0x5"]),
        bad("with a fraction", ["5.0"]),
        bad("with more after it", ["5 bytes"]),
        bad("beyond 64 bits", ["18446744073709551621"]),
        bad("that ends with a comma", ["5,"]),
    ]

    private static let overlong: [ConformanceEntry] = [
        // RFC 9112 §6.3 has a client discard what exceeds the length, or take it for the answer to another request. A
        // load test should rather hear of it.
        ConformanceEntry(
            "Content-Length: more bytes than it says", Answer.of("200 OK", ["Content-Length: 5"], "hello world"),
            .protocolError, connections: 2, reason: leftover),
        ConformanceEntry(
            "Content-Length: a line end after the body", Answer.ok + "\r\n", .protocolError, connections: 2,
            reason: leftover),
        ConformanceEntry(
            "Content-Length of nothing: a body all the same", Answer.of("200 OK", ["Content-Length: 0"], "hello"),
            .protocolError, connections: 2, reason: leftover),
        ConformanceEntry(
            "two answers to one request", Answer.ok + Answer.ok, .protocolError, connections: 2, reason: leftover),
        ConformanceEntry(
            "chunks: bytes after the last", Answer.chunked("5\r\nhello\r\n0\r\n\r\nmore"), .protocolError,
            connections: 2, reason: leftover),
    ].map {
        $0.withCurl(
            .ok,
            because:
                "libcurl discards what exceeds the answer, as RFC 9112 §6.3 allows, and keeps or closes the connection")
    }

    /// `hello` by gzip.
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36, 5, 0, 0, 0,
    ]

    private static func length(_ name: String, _ values: [String], _ body: String) -> ConformanceEntry {
        ConformanceEntry(
            "Content-Length \(name)", Answer.of("200 OK", values.map { "Content-Length: \($0)" }, body), connections: 1
        ) { $0.step.checks = [.body(body), .bodySize(body.utf8.count)] }
    }

    private static func bad(_ name: String, _ values: [String]) -> ConformanceEntry {
        ConformanceEntry(
            "Content-Length \(name)",
            [.send(Answer.of("200 OK", values.map { "Content-Length: \($0)" }, "hello")), .finish], .protocolError,
            connections: 2, reason: malformed)
    }
}

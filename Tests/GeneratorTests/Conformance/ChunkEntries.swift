import Measures
import Scenarios
import TestSupport

/// The chunked transfer coding (RFC 9112 §7.1).
extension ConformanceGroup {
    static let chunkEntries = wholeChunks + brokenChunks

    private static let malformed = "a chunk of the answer is malformed"
    private static let short = "closed before the answer was complete"

    private static let wholeChunks: [ConformanceEntry] = [
        chunks("one", "5\r\nhello\r\n0\r\n\r\n"),
        chunks("several", "1\r\nh\r\n2\r\nel\r\n2\r\nlo\r\n0\r\n\r\n"),
        chunks("none but the last", "0\r\n\r\n", body: ""),
        chunks("of lower case hex", "a\r\n0123456789\r\n0\r\n\r\n", body: "0123456789"),
        chunks("of upper case hex", "A\r\n0123456789\r\n0\r\n\r\n", body: "0123456789"),
        chunks("of mixed case hex", "1a\r\n\(letters)\r\n1A\r\n\(letters)\r\n0\r\n\r\n", body: letters + letters),
        chunks("with zeros before the size", "0005\r\nhello\r\n000\r\n\r\n"),
        // Extensions that aren't understood are ignored (RFC 9112 §7.1.1).
        chunks("with an extension", "5;name=value\r\nhello\r\n0;last\r\n\r\n"),
        chunks("with a quoted extension", "5;name=\"a;b \\\" c\"\r\nhello\r\n0\r\n\r\n"),
        // Blanks before an extension are allowed as bad whitespace (§7.1.1).
        chunks("with blanks after the size", "5  \r\nhello\r\n0 ;x\r\n\r\n"),
        chunks("with an extension of 8 KiB", "5;\(String(repeating: "e", count: 8192))\r\nhello\r\n0\r\n\r\n"),
        chunks("with a trailer", "5\r\nhello\r\n0\r\nX-Sum: 17\r\n\r\n"),
        chunks("with several trailers", "5\r\nhello\r\n0\r\nX-A: 1\r\nX-B: 2\r\nExpires: 0\r\n\r\n"),
        chunks("with a trailer of 4 KiB", "5\r\nhello\r\n0\r\nX: \(String(repeating: "t", count: 4096))\r\n\r\n")
            .withCurl(
                .protocolError, connections: 2,
                because: "libcurl takes trailer lines of less than 4 KiB, and refuses the answer beyond"),
        // A trailer must not change the framing (RFC 9110 §6.5.1).
        chunks("with a trailer that frames", "5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n"),
        chunks("of one byte each", "hello".map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"),
        chunks(
            "a thousand", String(repeating: "3\r\nabc\r\n", count: 1000) + "0\r\n\r\n",
            body: String(repeating: "abc", count: 1000)),
        chunks("of 1 MiB", "100000\r\n\(mebibyte)\r\n0\r\n\r\n", body: mebibyte),
        chunks(
            "that hold line ends and chunks", "0c\r\n\r\n0\r\n\r\n5\r\n\r\n\r\n0\r\n\r\n",
            body: "\r\n0\r\n\r\n5\r\n\r\n"),
        bytewise("one, byte by byte", "5\r\nhello\r\n0\r\n\r\n"),
        bytewise("with extension and trailer, byte by byte", "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"),
        ConformanceEntry("chunks in a send each", chunkSends, connections: 1)
            .checking("body == hello", "body size == 5"),
        ConformanceEntry(
            "chunks: the coding's name in upper case",
            "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            connections: 1
        ).checking("body == hello"),
        // A transfer coding overrides a length; the connection isn't trusted after it (RFC 9112 §6.3, case 3).
        ConformanceEntry(
            "chunks: a Content-Length beside them is overridden",
            Answer.chunked("5\r\nhello\r\n0\r\n\r\n", ["Content-Length: 3"]),
            connections: 2
        ).checking("body == hello").withCurl(.ok, connections: 1, because: trusted),
        ConformanceEntry(
            "chunks: a Content-Length before them is overridden",
            Answer.of("200 OK", ["Content-Length: 300", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"),
            connections: 2
        ).checking("body == hello").withCurl(.ok, connections: 1, because: trusted),
    ]

    private static let chunkSends: [ConformanceEntry.Action] = [
        .send(Answer.of("200 OK", ["Transfer-Encoding: chunked"])), .send("2\r\nhe\r\n"), .send("3\r\nllo\r\n"),
        .send("0\r\n"), .send("\r\n"),
    ]

    private static let brokenChunks: [ConformanceEntry] = [
        broken("size that is no number", "xyz\r\n"),
        broken("size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        broken("size that is empty", "\r\nhello\r\n0\r\n\r\n"),
        broken("size with a minus", "-5\r\nhello\r\n0\r\n\r\n"),
        broken("size with a plus", "+5\r\nhello\r\n0\r\n\r\n"),
        broken("size after a blank", " 5\r\nhello\r\n0\r\n\r\n"),
        broken("size of 17 digits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        broken("size that is followed by other characters", "5hello\r\n0\r\n\r\n")
            .withCurl(.closedEarly, connections: 2, because: skipsLine),
        broken("chunk that is longer than its size", "3\r\nhello\r\n0\r\n\r\n"),
        broken("chunk that is shorter than its size", "8\r\nhello\r\n0\r\n\r\n\r\n\r\n"),
        broken("chunk without its line end", "5\r\nhello0\r\n\r\n"),
        broken("carriage return alone after the size", "5\rhello\r\n0\r\n\r\n")
            .withCurl(.closedEarly, connections: 2, because: skipsLine),
        broken(
            "trailer of more than 64 KiB", "0\r\nX: \(String(repeating: "t", count: 100_000))\r\n\r\n",
            reason: "the answer's chunk extensions and trailers are larger than 64 KiB"),
        cut("before the first size", ""),
        cut("within a size", "1"),
        cut("within a chunk", "5\r\nhel"),
        cut("after a chunk", "5\r\nhello\r\n"),
        cut("after the last size", "5\r\nhello\r\n0\r\n"),
        cut("within the trailer", "5\r\nhello\r\n0\r\nX: y\r\n"),
        cut("within a chunk of 2^59 bytes", "800000000000000\r\nhello"),
        ConformanceEntry(
            "chunks after a Content-Length are just the body",
            Answer.of("200 OK", ["Content-Length: 15"], "5\r\nhello\r\n0\r\n\r\n"),
            connections: 1
        ).checking("body contains 5", "body size == 15"),
        coding("gzip, chunked"), coding("chunked, chunked"), coding("chunked, gzip"), coding("gzip"),
        coding("unheard-of"),
    ]

    private static let trusted =
        "libcurl takes the chunks and goes on with the connection, which RFC 9112 §6.3 leaves to the recipient's caution"
    private static let skipsLine =
        "libcurl takes the digits and skips the rest of the line, whatever and how much it is, up to its LF"

    private static let letters = "abcdefghijklmnopqrstuvwxyz"
    private static let mebibyte = String(repeating: "0123456789abcdef", count: 65_536)

    private static func chunks(_ name: String, _ text: String, body: String = "hello") -> ConformanceEntry {
        ConformanceEntry("chunks \(name)", Answer.chunked(text), connections: 1) {
            $0.step.checks = [.body(body), .bodySize(body.utf8.count)]
        }
    }

    private static func bytewise(_ name: String, _ text: String) -> ConformanceEntry {
        ConformanceEntry("chunks \(name)", [.sendBytewise(Answer.chunked(text))], connections: 1)
            .checking("body == hello")
    }

    private static func broken(
        _ name: String, _ text: String, reason: String = malformed
    ) -> ConformanceEntry {
        ConformanceEntry(
            "chunks: a \(name)", [.send(Answer.chunked(text)), .finish], .protocolError, connections: 2,
            reason: reason)
    }

    private static func cut(_ name: String, _ text: String) -> ConformanceEntry {
        ConformanceEntry(
            "chunks: closed \(name)", [.send(Answer.chunked(text)), .finish], .closedEarly, connections: 2,
            reason: short)
    }

    /// Codings besides chunked weren't asked for with TE (RFC 9112 §7), so nobody may send them.
    private static func coding(_ value: String) -> ConformanceEntry {
        ConformanceEntry(
            "Transfer-Encoding: \(value)",
            [.send(Answer.of("200 OK", ["Transfer-Encoding: \(value)"], "5\r\nhello\r\n0\r\n\r\n")), .finish],
            .protocolError, connections: 2, reason: "the answer has a transfer coding that was not asked for")
    }
}

import Measures
import Scenarios
import TestSupport

/// Status lines (RFC 9112 §4), and what is none.
extension ConformanceGroup {
    static let statusLineEntries = taken + none

    private static let noStatusLine = "the answer does not begin with an HTTP/1.x status line"

    private static let minor = "libcurl knows the minor versions 0 and 1 alone, and refuses all others"

    private static let taken: [ConformanceEntry] = [
        line("with an empty reason", "HTTP/1.1 200 "),
        // The blank before an empty reason must be sent (RFC 9112 §4); many servers don't, and nothing is unclear.
        line("without a blank after the status", "HTTP/1.1 200"),
        line("with a long reason", "HTTP/1.1 200 \(String(repeating: "reason ", count: 1000))"),
        line("with a reason of UTF-8", "HTTP/1.1 200 Ça va 😀"),
        line("with a reason that looks like a field", "HTTP/1.1 200 Content-Length: 99"),
        // A higher minor version is to be taken as the highest known one (RFC 9110 §2.5).
        line("of HTTP/1.2", "HTTP/1.2 200 OK").withCurl(.protocolError, connections: 2, because: minor),
        line("of HTTP/1.9", "HTTP/1.9 200 OK").withCurl(.protocolError, connections: 2, because: minor),
        line("of an unknown status of a known class", "HTTP/1.1 299 Odd"),
        // Beyond 599 a status is invalid (RFC 9110 §15); the answer is complete, and as it is not what is expected.
        line("of status 600", "HTTP/1.1 600 Odd", .checkFailed, reason: "status 600"),
        line("of status 999", "HTTP/1.1 999 Odd", .checkFailed, reason: "status 999"),
        ConformanceEntry(
            "status line, byte by byte", [.sendBytewise(Answer.of("200 OK", ["Content-Length: 0"]))], connections: 1),
        ConformanceEntry(
            "status line that ends in LF", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", connections: 1),
    ]

    private static let none: [ConformanceEntry] = [
        no("SSH's banner", "SSH-2.0-OpenSSH_9.2\r\n"),
        no("SMTP's greeting", "220 mail.example ESMTP\r\n"),
        no("a body as of HTTP/0.9", "<html>hello</html>\r\n"),
        no("an empty line", "\r\n"),
        no("an empty line before it", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("a blank before it", " HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        no("HTTP/2 in words", "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/2.0 in words", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/3.0 in words", "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/0.9 in words", "HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/11.1", "HTTP/11.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("HTTP/1.", "HTTP/1. 200 OK\r\nContent-Length: 0\r\n\r\n"),
        // The name is case-sensitive (RFC 9112 §2.3).
        no("a name in lower case", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("two blanks before the status", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("a tab before the status", "HTTP/1.1\t200 OK\r\nContent-Length: 0\r\n\r\n"),
        no("no status", "HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        no("a status of two digits", "HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n"),
        no("a status below 100", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n"),
        no("a status of four digits", "HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n"),
        no("a status of letters", "HTTP/1.1 2x0 Odd\r\nContent-Length: 0\r\n\r\n"),
        no("a status with a minus", "HTTP/1.1 -20 Odd\r\nContent-Length: 0\r\n\r\n"),
        no("a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ConformanceEntry(
            "no status line: HTTP/2's first frame", [.sendBytes([0, 0, 0, 4, 0, 0, 0, 0, 0]), .finish],
            .protocolError, connections: 2,
            reason: "the server answers in HTTP/2: defaults.http.version: 2 is meant, or another port"),
        ConformanceEntry(
            "no status line: a TLS alert", [.sendBytes([0x15, 3, 1, 0, 2, 2, 0x28]), .finish], .protocolError,
            connections: 2, reason: "the server answers in TLS: https:// is meant, or another port"),
        ConformanceEntry(
            "no status line: NULs", [.sendBytes(Array(repeating: 0, count: 100)), .finish], .protocolError,
            connections: 2, reason: noStatusLine),
        ConformanceEntry("no status line: a server that speaks first", [.hang], .protocolError, connections: 2) {
            $0.server.onAccept = { _ in [.send("SSH-2.0-OpenSSH_9.2\r\n")] }
        }.withTLS(
            .tls, connections: 2,
            because: "what comes is no TLS record, so that the handshake fails and no request is sent"),
    ]

    private static func line(
        _ name: String, _ line: String, _ outcome: Outcome = .ok, reason: String? = nil
    ) -> ConformanceEntry {
        ConformanceEntry(
            "status line \(name)", "\(line)\r\nContent-Length: 5\r\n\r\nhello", outcome, connections: 1,
            reason: reason)
    }

    private static func no(_ name: String, _ text: String) -> ConformanceEntry {
        ConformanceEntry(
            "no status line: \(name)", [.send(text), .finish], .protocolError, connections: 2, reason: noStatusLine)
    }
}

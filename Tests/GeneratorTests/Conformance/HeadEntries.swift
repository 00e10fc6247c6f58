import Measures
import Scenarios
import TestSupport

/// The fields of an answer's head (RFC 9110 §5, RFC 9112 §5): their size, number and syntax.
extension ConformanceGroup {
    static let headEntries = sizes + syntax + refusedHeads

    private static func malformed(_ field: String) -> String { "a header field of the answer is malformed: \(field)" }
    private static let large = "the answer's head is larger than 64 KiB"

    private static let sizes: [ConformanceEntry] = [
        fields("of 8 KiB", ["X: \(String(repeating: "v", count: 8192))"], "header x matches /^v{8192}$/"),
        fields("of 60 KiB", ["X: \(String(repeating: "v", count: 61_440))"], "header x matches /^v{61440}$/"),
        // 65,536 bytes are the bound; the other lines and the ends of this one take 43.
        fields("of 64 KiB in all", ["X: \(String(repeating: "v", count: 65_536 - 43))"]),
        fields("500 in number", (0..<500).map { "X-Field-\($0): \($0)" }, "header x-field-499 == 499"),
        fields("5,000 in number", (0..<5000).map { "X\($0): \($0)" }, "header x4999 == 4999"),
        refused("of 64 KiB and a byte in all", ["X: \(String(repeating: "v", count: 65_537 - 43))"], reason: large),
        refused("of 100 KiB", ["X: \(String(repeating: "v", count: 102_400))"], reason: large),
        refused("10,000 in number", (0..<10_000).map { "X-Field: \($0)" }, reason: large),
        ConformanceEntry(
            "fields: a head that never ends", [.send(endless), .finish], .protocolError, connections: 2, reason: large),
    ]

    private static let endless = "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Field: value\r\n", count: 20_000)

    private static let syntax: [ConformanceEntry] = [
        fields("without a blank after the colon", ["X:v"], "header x == v"),
        fields("with blanks and tabs around the value", ["X: \t v w \t"], "header x == \"v w\""),
        fields("with an empty value", ["X:"], "header x exists"),
        fields("with a value of blanks", ["X:   "], "header x exists"),
        fields("with names in any case", ["x-UPPER: v"], "header X-Upper == v"),
        fields("with a name of all token characters", ["!#$%&'*+-.^_`|~09azAZ: v"]),
        fields("with a value of colons", ["X: :a:b:"], "header x == :a:b:"),
        fields("with a name of one letter twice", ["X: a", "x: b"], "header x == \"a, b\""),
        fields("with two cookies", ["Set-Cookie: a=1; Path=/", "Set-Cookie: b=2"], "header set-cookie contains b=2"),
        // Obsolete folding is replaced by blanks (RFC 9112 §5.2).
        fields("folded", ["X: a", " b"], "header x == \"a b\""),
        fields("folded by a tab, twice", ["X: a", "\tb", " \t c"], "header x == \"a b c\""),
        fields("that look like a status line", ["X: HTTP/1.1 500 Oops"]),
        fields("with a name that begins like Content-Length", ["Content-Length-Not: 99"]),
        fields("byte by byte", ["X: v", "Y: w"], "header y == w") { $0.sendsBytewise() },
        // A lone LF ends a line, too (RFC 9112 §2.2).
        ConformanceEntry(
            "fields that end in LF", "HTTP/1.1 200 OK\nX: v\nContent-Length: 5\n\nhello", connections: 1
        ).checking("header x == v", "body == hello"),
        ConformanceEntry(
            "fields that end in LF and CRLF", "HTTP/1.1 200 OK\r\nX: v\nContent-Length: 5\r\n\nhello", connections: 1
        ).checking("header x == v", "body == hello"),
        // obs-text (RFC 9110 §5.5): opaque bytes.
        raw("with Latin-1", Array("X: caf".utf8) + [0xe9]),
        raw("with bytes that are no UTF-8", Array("X: ".utf8) + [0x80, 0xff, 0xfe, 0xc0]),
        // Other control characters than CR, LF and NUL may be kept (RFC 9110 §5.5).
        raw("with control characters", Array("X: a".utf8) + [1, 7, 0x1b, 0x7f]),
        ConformanceEntry("fields: none", [.send(Answer.of("200 OK", [], "hello")), .close], connections: 2)
            .checking("body == hello"),
    ]

    private static let refusedHeads: [ConformanceEntry] = [
        // A blank there has led to request smuggling; of an answer a proxy would remove it (RFC 9112 §5.1).
        refused("with a blank before the colon", ["X : v"], reason: malformed("\"X \"")),
        refused("with a tab before the colon", ["X\t: v"], reason: malformed("\"X \"")),
        refused("without a colon", ["no colon"], reason: malformed("\"no colon\"")),
        refused("without a name", [": v"], reason: malformed("\"\"")),
        refused("with a blank in the name", ["a b: v"], reason: malformed("\"a b\"")),
        refused("with a bracket in the name", ["a(b): v"], reason: malformed("\"a(b)\"")),
        refused("with a NUL in the value", ["X: a\0b"], reason: malformed("\"X\"")),
        refused("with a NUL in the name", ["X\0: b"], reason: malformed("\"X \"")),
        // A CR without LF is invalid, or to be replaced by a blank (RFC 9112 §2.2).
        refused("with a lone CR in the value", ["X: a\rb"], reason: malformed("\"X\"")),
        refused("with a lone CR at the value's end", ["X: a\r"], reason: malformed("\"X\"")),
        // Nobody folds a field that frames the message in good faith.
        refused(
            "folded where they frame", ["Transfer-Encoding:", " chunked"], reason: malformed("\"Transfer-Encoding\"")),
        ConformanceEntry(
            "fields: a blank before the first", [.send("HTTP/1.1 200 OK\r\n X: v\r\n\r\n"), .finish], .protocolError,
            connections: 2, reason: malformed("its first line is a blank one")),
    ]

    private static func fields(
        _ name: String, _ lines: [String], _ checks: String..., change: (inout ConformanceEntry) -> Void = { _ in }
    ) -> ConformanceEntry {
        var entry = ConformanceEntry(
            "fields \(name)", Answer.of("200 OK", lines + ["Content-Length: 5"], "hello"), connections: 1)
        for check in checks { entry.step.checks += entry.checking(check).step.checks }
        entry.step.checks.append(.body("hello"))
        change(&entry)
        return entry
    }

    private static func raw(_ name: String, _ line: [UInt8]) -> ConformanceEntry {
        let head = Array("HTTP/1.1 200 OK\r\n".utf8) + line + Array("\r\nContent-Length: 5\r\n\r\nhello".utf8)
        return ConformanceEntry("fields \(name)", [.sendBytes(head)], connections: 1)
            .checking("header x exists", "body == hello")
    }

    private static func refused(_ name: String, _ lines: [String], reason: String) -> ConformanceEntry {
        ConformanceEntry(
            "fields \(name)",
            [.send(Answer.of("200 OK", lines + ["Content-Length: 5"], "hello")), .finish], .protocolError,
            connections: 2, reason: reason)
    }
}

extension ConformanceEntry {
    /// Sends what it sends byte by byte.
    mutating func sendsBytewise() {
        let script = script
        self.script = { request in
            script(request).map { if case .send(let text) = $0 { .sendBytewise(text) } else { $0 } }
        }
    }
}

import Glibc
import Scenarios

/// Reads the head of a response in place.
///
/// Lines end in CRLF; a lone LF is taken too, a lone CR is refused (RFC 9112 §2.2). A line that begins with a blank
/// continues the field before it (§5.2), unless that is one that frames the message: nobody folds those in good faith. A
/// field name must be a token followed at once by a colon (§5.1); a NUL anywhere is refused.
struct ResponseHeadParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var head = ResponseHead()
    private var contentLength: Int64?
    private var codings = Codings()

    private struct Codings {
        var present = false
        var chunked = false
        var unknown = false
        /// The field before the line at hand matters here, or there is none: it must not be continued.
        var mustEnd = true
        var close = false
        var keepAlive = false
    }

    /// The head at the beginning of `bytes`; nil where it isn't complete yet. `toHead`: the request was a HEAD.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, toHead: Bool) throws(ResponseFailure) -> ResponseHead? {
        var parser = ResponseHeadParser(bytes: bytes)
        return try parser.parse(toHead: toHead)
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private mutating func parse(toHead: Bool) throws(ResponseFailure) -> ResponseHead? {
        guard let base = bytes.baseAddress else { return nil }
        guard let first = line(at: 0) else {
            try refuseHopelessStart()
            return nil
        }
        if hasReturn(from: 0, to: first.end) { throw Self.failure(ofStart: bytes) }
        let minor = try statusLine(base, end: first.end)
        var position = first.next
        while true {
            guard let line = line(at: position) else { return nil }
            if line.end == position {
                head.length = line.next
                break
            }
            if hasReturn(from: position, to: line.end) { throw .headerField }
            try field(base + position, count: line.end - position)
            position = line.next
        }
        if memchr(base, 0, head.length) != nil { throw .headerField }
        try settle(minor: minor, toHead: toHead)
        return head
    }

    /// The line that begins at `start`: its end without CR and LF, and the next line's start.
    private func line(at start: Int) -> (end: Int, next: Int)? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
        else { return nil }
        let newline = base.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self)))
        let end = newline > start && base[newline - 1] == UInt8(ascii: "\r") ? newline - 1 : newline
        return (end, newline + 1)
    }

    /// True where a line, without its end, holds a CR.
    private func hasReturn(from start: Int, to end: Int) -> Bool {
        bytes.baseAddress.map { memchr($0 + start, Int32(UInt8(ascii: "\r")), end - start) != nil } ?? false
    }

    /// Bytes that can't become a status line are refused without waiting for the line's end.
    private func refuseHopelessStart() throws(ResponseFailure) {
        let expected: StaticString = "HTTP/1."
        for index in 0..<min(bytes.count, expected.utf8CodeUnitCount)
        where bytes[index] != expected.utf8Start[index] {
            throw Self.failure(ofStart: bytes)
        }
    }

    /// What bytes are that begin no answer of HTTP/1.x: a record of TLS (RFC 8446 §5.1), a frame of HTTP/2 (RFC 9113
    /// §6.5), with which each connection of it begins, or something else.
    private static func failure(ofStart bytes: UnsafeBufferPointer<UInt8>) -> ResponseFailure {
        guard bytes.count >= 3 else { return .statusLine }
        if bytes[0] == 0x15 || bytes[0] == 0x16, bytes[1] == 3, bytes[2] <= 4 { return .answersInTLS }
        if bytes.count >= 9, bytes[0] == 0, bytes[1] == 0, bytes[3] == 4, bytes[5...8].allSatisfy({ $0 == 0 }) {
            return .answersInHTTP2
        }
        return .statusLine
    }

    /// The field that is malformed in a head, in quotes and without its value, which may be a secret; nil where none is
    /// found.
    static func malformedField(in head: UnsafeBufferPointer<UInt8>) -> String? {
        var before: String?
        for line in head.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.starts(with: "HTTP/1.".utf8) { continue }
            let name = line.prefix(while: HeaderSyntax.isToken)
            let isFolded = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            let isWhole = isFolded || (!name.isEmpty && line.dropFirst(name.count).first == UInt8(ascii: ":"))
            let shown = quoted(String(decoding: line.prefix { $0 != UInt8(ascii: ":") }.prefix(60), as: UTF8.self))
            guard isWhole, !line.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) else { return shown }
            guard isFolded else {
                before = shown
                continue
            }
            let framing = ["\"content-length\"", "\"transfer-encoding\"", "\"connection\""]
            guard let before, !framing.contains(before.lowercased()) else {
                return before ?? "its first line is a blank one"
            }
        }
        return nil
    }

    /// `HTTP/1.x SP 3DIGIT [SP reason]`; gives the minor version.
    private mutating func statusLine(_ base: UnsafePointer<UInt8>, end: Int) throws(ResponseFailure) -> UInt8 {
        guard end >= 12, memcmp(base, "HTTP/1.", 7) == 0, Self.isDigit(base[7]), base[8] == UInt8(ascii: " "),
            Self.isDigit(base[9]), Self.isDigit(base[10]), Self.isDigit(base[11]),
            end == 12 || base[12] == UInt8(ascii: " ")
        else { throw Self.failure(ofStart: bytes) }
        let zero = UInt16(UInt8(ascii: "0"))
        head.status = (UInt16(base[9]) - zero) * 100 + (UInt16(base[10]) - zero) * 10 + UInt16(base[11]) - zero
        guard head.status >= 100 else { throw .statusLine }
        return base[7] - UInt8(ascii: "0")
    }

    private mutating func field(_ line: UnsafePointer<UInt8>, count: Int) throws(ResponseFailure) {
        var nameEnd = 0
        while nameEnd < count, HeaderSyntax.isToken(line[nameEnd]) { nameEnd += 1 }
        if nameEnd == 0, line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") {
            if codings.mustEnd { throw .headerField }
            return
        }
        guard nameEnd > 0, nameEnd < count, line[nameEnd] == UInt8(ascii: ":") else { throw .headerField }
        let value = UnsafeBufferPointer(start: line + nameEnd + 1, count: count - nameEnd - 1)
        // Only three fields matter here; their lengths and first letters sort out all others.
        codings.mustEnd = true
        switch nameEnd {
        case 14 where HeaderSyntax.equal(line, nameEnd, "content-length"): try contentLength(value)
        case 17 where HeaderSyntax.equal(line, nameEnd, "transfer-encoding"): transferEncoding(value)
        case 10 where HeaderSyntax.equal(line, nameEnd, "connection"): connection(value)
        default: codings.mustEnd = false
        }
    }

    /// One number, or the same one several times, in a list or in several fields (RFC 9110 §8.6).
    private mutating func contentLength(_ value: UnsafeBufferPointer<UInt8>) throws(ResponseFailure) {
        var seen = false
        for member in HeaderSyntax.members(of: value) {
            guard !member.isEmpty, member.allSatisfy(Self.isDigit), member.count <= 18 else { throw .contentLength }
            let number = member.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
            if let contentLength, contentLength != number { throw .contentLength }
            contentLength = number
            seen = true
        }
        if !seen { throw .contentLength }
    }

    private mutating func transferEncoding(_ value: UnsafeBufferPointer<UInt8>) {
        for member in HeaderSyntax.members(of: value) where !member.isEmpty {
            codings.present = true
            // Chunked must be the last coding; anything after it, or any other coding, was not asked for.
            if HeaderSyntax.equal(member, "chunked"), !codings.chunked {
                codings.chunked = true
            } else if !HeaderSyntax.equal(member, "identity") {
                codings.unknown = true
            }
        }
    }

    private mutating func connection(_ value: UnsafeBufferPointer<UInt8>) {
        for member in HeaderSyntax.members(of: value) {
            if HeaderSyntax.equal(member, "close") { codings.close = true }
            if HeaderSyntax.equal(member, "keep-alive") { codings.keepAlive = true }
        }
    }

    private mutating func settle(minor: UInt8, toHead: Bool) throws(ResponseFailure) {
        head.persistent = !codings.close && (minor >= 1 || codings.keepAlive)
        if toHead || head.status < 200 || head.status == 204 || head.status == 304 {
            head.framing = .none
        } else if codings.present {
            guard !codings.unknown else { throw .transferCoding }
            head.framing = codings.chunked ? .chunked : .untilClose
            // A length beside a transfer coding is overridden, and the connection not trusted any more (§6.3); nor is one
            // of HTTP/1.0, which has no transfer codings (§6.1).
            if contentLength != nil || minor == 0 { head.persistent = false }
        } else if let contentLength {
            head.framing = .length(contentLength)
        }
        if head.framing == .untilClose { head.persistent = false }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

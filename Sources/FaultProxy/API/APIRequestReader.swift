import HTTPFields

/// Reads requests of HTTP/1.1 (RFC 9112) from what a connection brings, in pieces of any size: strict, and bounded in all.
/// What could be read in two ways is refused.
package struct APIRequestReader {
    /// Bytes of a head, of a chunk's line and of trailers at most.
    package static let headLimit = 8_192
    /// Bytes of a content at most.
    package static let bodyLimit = 1_048_576
    private static let fieldLimit = 100
    private static let chunkLineLimit = 256

    private enum Stage {
        case head
        case body(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
    }

    /// What came and wasn't read yet; what stands before `position` was.
    private var received: [UInt8] = []
    private var position = 0
    /// Up to where no line's end was found.
    private var searched = 0
    private var stage = Stage.head
    private var request = APIRequest(method: "", path: "")
    /// Bytes of the head or the trailers so far.
    private var headSize = 0

    /// True once the client waits to be told that its content is wanted (RFC 9110 §10.1.1).
    package private(set) var awaitsContinue = false

    /// A reader at the beginning of a connection.
    package init() {}

    /// True where a request has begun and is not whole.
    package var isWithinRequest: Bool {
        if case .head = stage { return position < received.count }
        return true
    }

    /// Takes what came.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if position > 0 {
            received.removeFirst(position)
            searched -= position
            position = 0
        }
        received.append(contentsOf: bytes)
    }

    /// The client was told to go on.
    package mutating func noteContinue() { awaitsContinue = false }

    /// The next request; nil where it isn't whole yet. After an error nothing more can be read.
    package mutating func next() throws(APIRequestFailure) -> APIRequest? {
        while true {
            switch stage {
            case .head:
                guard let head = try takeHead() else { return nil }
                try begin(head)
                if case .body(0) = stage { return finish() }
            case .body(let size):
                guard received.count - position >= size else { return nil }
                request.body = Array(received[position..<(position + size)])
                position += size
                return finish()
            case .chunkSize:
                guard let line = try takeLine(limit: Self.chunkLineLimit, status: 400) else { return nil }
                let size = try Self.chunkSize(line)
                guard request.body.count + size <= Self.bodyLimit else { throw Self.tooLarge }
                headSize = 0
                stage = size == 0 ? .trailers : .chunk(size)
            case .chunk(let size):
                guard received.count - position >= size else { return nil }
                request.body += received[position..<(position + size)]
                position += size
                stage = .chunkEnd
            case .chunkEnd:
                guard let line = try takeLine(limit: 2, status: 400) else { return nil }
                guard line.isEmpty else { throw Self.bad("a chunk is longer than it says") }
                stage = .chunkSize
            case .trailers:
                guard let line = try takeLine(limit: Self.headLimit, status: 431) else { return nil }
                headSize += line.count + 2
                guard headSize <= Self.headLimit else { throw Self.tooLargeHead }
                if line.isEmpty { return finish() }
                _ = try Self.field(line)
            }
        }
    }

    private mutating func finish() -> APIRequest {
        stage = .head
        headSize = 0
        awaitsContinue = false
        searched = position
        defer { request = APIRequest(method: "", path: "") }
        return request
    }

    private static let tooLarge = APIRequestFailure(
        status: 413, reason: "the content is larger than \(bodyLimit) bytes")
    private static let tooLargeHead = APIRequestFailure(
        status: 431, reason: "the head is larger than \(headLimit) bytes")

    private static func bad(_ reason: String) -> APIRequestFailure { APIRequestFailure(status: 400, reason: reason) }

    // MARK: Lines

    /// The next line without its end; nil where it isn't whole yet.
    private mutating func takeLine(limit: Int, status: Int) throws(APIRequestFailure) -> ArraySlice<UInt8>? {
        searched = max(searched, position)
        guard let end = received[searched...].firstIndex(of: 10) else {
            searched = received.count
            guard received.count - position <= limit else {
                throw APIRequestFailure(status: status, reason: "a line is too long")
            }
            return nil
        }
        guard end - position <= limit else { throw APIRequestFailure(status: status, reason: "a line is too long") }
        var line = received[position..<end]
        if line.last == 13 { line = line.dropLast() }
        guard !line.contains(where: { $0 == 13 || $0 == 0 }) else { throw Self.bad("a line holds a control character") }
        position = end + 1
        searched = position
        return line
    }

    /// The lines of a head; nil where it isn't whole yet.
    private mutating func takeHead() throws(APIRequestFailure) -> [ArraySlice<UInt8>]? {
        // An empty line before the request is passed over (RFC 9112 §2.2); without a bound they would cost nothing but time.
        while position < received.count, received[position] == 10 || received[position] == 13 { position += 1 }
        searched = max(searched, position)
        while let end = received[searched...].firstIndex(of: 10) {
            searched = end + 1
            guard searched - position <= Self.headLimit else { throw Self.tooLargeHead }
            let isEmpty =
                end > position
                && (received[end - 1] == 10 || end - 1 > position && received[end - 1] == 13 && received[end - 2] == 10)
            guard isEmpty else { continue }
            var lines: [ArraySlice<UInt8>] = []
            searched = position
            let head = searched..<(end + 1)
            while position < head.upperBound {
                guard let line = try takeLine(limit: Self.headLimit, status: 431) else { break }
                if !line.isEmpty { lines.append(line) }
            }
            return lines
        }
        searched = received.count
        guard received.count - position <= Self.headLimit else { throw Self.tooLargeHead }
        return nil
    }

    // MARK: The head

    private mutating func begin(_ lines: [ArraySlice<UInt8>]) throws(APIRequestFailure) {
        guard let first = lines.first else { throw Self.bad("the request line is missing") }
        let minor = try requestLine(first)
        var length: Int?
        var isChunked = false
        var hosts = 0
        request.keepsConnection = minor > 0
        guard lines.count - 1 <= Self.fieldLimit else { throw Self.tooLargeHead }
        for line in lines.dropFirst() {
            let (name, value) = try Self.field(line)
            switch name {
            case "content-length":
                guard let size = Self.decimal(value) else { throw Self.bad("Content-Length is not a number") }
                guard length == nil || length == size else { throw Self.bad("two lengths are told") }
                length = size
            case "transfer-encoding":
                guard minor > 0, !isChunked, value.lowercased() == "chunked" else {
                    throw APIRequestFailure(status: 501, reason: "a transfer encoding other than chunked")
                }
                isChunked = true
            case "host": hosts += 1
            case "user-agent": request.userAgent = value
            case "connection":
                let options = value.lowercased().split(separator: ",").map { $0.trimmed }
                if options.contains("close") {
                    request.keepsConnection = false
                } else if minor == 0, options.contains("keep-alive") {
                    request.keepsConnection = true
                }
            case "expect":
                guard value.lowercased() == "100-continue" else {
                    throw APIRequestFailure(status: 417, reason: "an expectation other than 100-continue")
                }
                awaitsContinue = minor > 0
            default: break
            }
        }
        guard hosts == 1 || minor == 0 && hosts == 0 else { throw Self.bad("there must be one Host") }
        guard !isChunked || length == nil else { throw Self.bad("a length and chunks are told") }
        guard length ?? 0 <= Self.bodyLimit else { throw Self.tooLarge }
        stage = isChunked ? .chunkSize : .body(length ?? 0)
        if !isChunked, length ?? 0 == 0 { awaitsContinue = false }
    }

    /// Takes method and path; gives the minor version.
    private mutating func requestLine(_ line: ArraySlice<UInt8>) throws(APIRequestFailure) -> Int {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, let text = String(validating: line, as: UTF8.self),
            line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw Self.bad("the request line is not one") }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, FieldToken.isToken(parts[0]) else { throw Self.bad("the method is not one") }
        guard parts[2].hasPrefix("HTTP/") else { throw Self.bad("the version is not one") }
        guard parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0" else {
            throw APIRequestFailure(status: 505, reason: "a version of HTTP other than 1.1 and 1.0")
        }
        var target = Substring(parts[1])
        // A proxy's form (RFC 9112 §3.2.2).
        if target.lowercased().hasPrefix("http://") {
            let rest = target.dropFirst(7)
            target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        guard target.hasPrefix("/") else { throw Self.bad("the target is not a path") }
        request.method = parts[0]
        request.path = String(target.prefix { $0 != "?" && $0 != "#" })
        return parts[2] == "HTTP/1.1" ? 1 : 0
    }

    /// A field's name in lower case, and its value.
    private static func field(_ line: ArraySlice<UInt8>) throws(APIRequestFailure) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(FieldToken.isTokenByte)
        else { throw bad("a header field is not one") }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        return (name, String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed)
    }

    /// A number of digits alone, cut to what is too large anyway; nil for anything else.
    private static func decimal(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return Int(text) ?? .max
    }

    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(APIRequestFailure) -> Int {
        let digits = line.prefix { PercentEncoding.hexValue($0) != nil }
        let rest = line[digits.endIndex...]
        guard 1...8 ~= digits.count, rest.isEmpty || rest.first == UInt8(ascii: ";") else {
            throw bad("a chunk's size is not one")
        }
        return digits.reduce(0) { $0 << 4 | Int(PercentEncoding.hexValue($1) ?? 0) }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at its ends.
    fileprivate var trimmed: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = drop(while: isBlank)
        return String(start.reversed().drop(while: isBlank).reversed())
    }
}

import Measures
import Testing

@testable import Generator

/// Feeds a reader pieces the way a connection does: what it leaves unconsumed comes again with the next piece.
struct Feeder {
    enum Ending: Equatable {
        case complete(status: UInt16, body: String, leftover: Int, persistent: Bool)
        case incomplete
        case failed(ResponseFailure)
    }

    static func feed(_ pieces: [[UInt8]], toHead: Bool = false, close: Bool = false) -> Ending {
        var reader = ResponseReader()
        reader.begin(toHead: toHead)
        var kept = KeptAnswer()
        kept.begin(wantsBody: true)
        defer { kept.release() }
        var stash: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            stash += piece
            do throws(ResponseFailure) {
                let progress = try stash.withUnsafeBufferPointer { (bytes) throws(ResponseFailure) in
                    try reader.consume(bytes, into: &kept)
                }
                switch progress {
                case .incomplete(let consumed): stash.removeFirst(consumed)
                case .complete(let consumed):
                    let later = pieces[(index + 1)...].reduce(0) { $0 + $1.count }
                    return ending(reader, kept, leftover: stash.count - consumed + later)
                }
            } catch {
                return .failed(error)
            }
        }
        return close && reader.isCompleteAtClose() ? ending(reader, kept, leftover: 0) : .incomplete
    }

    private static func ending(_ reader: ResponseReader, _ kept: KeptAnswer, leftover: Int) -> Ending {
        .complete(
            status: reader.status, body: String(decoding: kept.body.bytes, as: UTF8.self), leftover: leftover,
            persistent: reader.persistent)
    }

    static func feed(_ text: String, toHead: Bool = false, close: Bool = false) -> Ending {
        feed([Array(text.utf8)], toHead: toHead, close: close)
    }
}

@Suite("Response reader")
struct ResponseReaderTests {
    static let whole: [(name: String, text: String, toHead: Bool, close: Bool, ending: Feeder.Ending)] = [
        (
            "length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, false,
            .complete(status: 200, body: "hello", leftover: 0, persistent: true)
        ),
        (
            "no reason, odd case, blanks", "HTTP/1.1 404\r\ncOnTeNt-LeNgTh:\t 2 \r\n\r\nno", false, false,
            .complete(status: 404, body: "no", leftover: 0, persistent: true)
        ),
        (
            "lone line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", false, false,
            .complete(status: 200, body: "ok", leftover: 0, persistent: true)
        ),
        (
            "chunks with extension and trailer",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n06\r\n world\r\n0\r\nX: y\r\n\r\n",
            false, false, .complete(status: 200, body: "hello world", leftover: 0, persistent: true)
        ),
        (
            "until close", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall of it", false, true,
            .complete(status: 200, body: "all of it", leftover: 0, persistent: false)
        ),
        (
            "HTTP/1.0 with keep-alive", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
            false,
            false, .complete(status: 200, body: "x", leftover: 0, persistent: true)
        ),
        (
            "HTTP/1.0 without", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", false, false,
            .complete(status: 200, body: "x", leftover: 0, persistent: false)
        ),
        (
            "connection: close in a list",
            "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 0\r\n\r\n", false, false,
            .complete(status: 200, body: "", leftover: 0, persistent: false)
        ),
        (
            "HEAD ignores the length", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", true, false,
            .complete(status: 200, body: "", leftover: 0, persistent: true)
        ),
        (
            "204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", false, false,
            .complete(status: 204, body: "", leftover: 0, persistent: true)
        ),
        (
            "304 has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false, false,
            .complete(status: 304, body: "", leftover: 0, persistent: true)
        ),
        (
            "interim answers",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            false, false, .complete(status: 200, body: "x", leftover: 0, persistent: true)
        ),
        (
            "the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\nContent-Length: 1\r\n\r\nx", false,
            false, .complete(status: 200, body: "x", leftover: 0, persistent: true)
        ),
        (
            "a coding overrides a length and ends trust",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", false,
            false,
            .complete(status: 200, body: "x", leftover: 0, persistent: false)
        ),
        (
            "a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 1\r\n\r\nx", false, false,
            .complete(status: 200, body: "x", leftover: 0, persistent: true)
        ),
        (
            "bytes after the end", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1", false, false,
            .complete(status: 200, body: "x", leftover: 8, persistent: true)
        ),
    ]

    @Test("A response in one piece", arguments: whole.indices)
    func onePiece(_ index: Int) {
        let item = Self.whole[index]
        #expect(Feeder.feed(item.text, toHead: item.toHead, close: item.close) == item.ending, "\(item.name)")
    }

    @Test("The same response split at every place, and byte by byte", arguments: whole.indices)
    func everySplit(_ index: Int) {
        let item = Self.whole[index]
        let bytes = Array(item.text.utf8)
        for split in 0...bytes.count {
            let ending = Feeder.feed(
                [Array(bytes[..<split]), Array(bytes[split...])], toHead: item.toHead, close: item.close)
            #expect(ending == item.ending, "\(item.name) split at \(split)")
        }
        let ending = Feeder.feed(bytes.map { [$0] }, toHead: item.toHead, close: item.close)
        #expect(ending == item.ending, "\(item.name) byte by byte")
    }

    static let broken: [(text: String, failure: ResponseFailure)] = [
        ("garbage\r\n\r\n", .statusLine), ("HTTP/2 200 OK\r\n\r\n", .statusLine),
        ("HTTP/1.1 2x0 OK\r\n\r\n", .statusLine),
        ("HTTP/1.1 20 OK\r\n\r\n", .statusLine), ("HTTP/1.1 099 X\r\n\r\n", .statusLine), ("\r\n", .statusLine),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", .headerField),
        ("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", .headerField),
        ("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", .headerField), ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .headerField),
        ("HTTP/1.1 200 OK\r\n: b\r\n\r\n", .headerField), ("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", .headerField),
        ("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", .headerField), ("HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n", .headerField),
        ("HTTP/1.1 200 O\rK\r\n\r\n", .statusLine),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nx", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferCoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .transferCoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .chunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", .chunk),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", .chunk),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .unexpectedUpgrade),
        (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 33), .tooManyInterimResponses),
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000), .headTooLarge),
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n", .headTooLarge),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "e", count: 70_000),
            .chunkOverhead
        ),
    ]

    @Test("Bytes that are no response are refused with their reason", arguments: broken.indices)
    func refused(_ index: Int) {
        #expect(Feeder.feed(Self.broken[index].text) == .failed(Self.broken[index].failure))
    }

    @Test("What can't become a status line is refused before its line ends")
    func hopelessStart() {
        #expect(Feeder.feed("SSH-2.0-OpenSSH") == .failed(.statusLine))
        #expect(Feeder.feed("HTTP/1.") == .incomplete)
    }

    @Test("A close before the end is no end")
    func earlyClose() {
        #expect(Feeder.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", close: true) == .incomplete)
        #expect(
            Feeder.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", close: true) == .incomplete)
        #expect(Feeder.feed("HTTP/1.1 200 OK\r\nServer", close: true) == .incomplete)
        #expect(Feeder.feed("", close: true) == .incomplete)
    }

    @Test("Token characters are those of RFC 9110")
    func tokens() {
        let tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        for byte in UInt8.min...UInt8.max { #expect(HeaderSyntax.isToken(byte) == tokens.utf8.contains(byte)) }
    }

    @Test("A million hostile inputs neither crash nor hang, and split or not they end alike")
    func hostile() {
        var random = SeededRandom(seed: 20_260_131)
        let seeds = Self.whole.map { Array($0.text.utf8) } + Self.broken.prefix(20).map { Array($0.text.utf8) }
        for round in 0..<1_000_000 {
            let bytes = Self.mutant(of: seeds, random: &random, round: round)
            let whole = Feeder.feed([bytes])
            // Splitting is dearer, so it is tried on a part of them.
            guard round % 16 == 0, !bytes.isEmpty else { continue }
            let split = Int(random.below(UInt64(bytes.count)))
            let parts = Feeder.feed([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(parts == whole, "round \(round): \(String(decoding: bytes, as: UTF8.self)) split at \(split)")
        }
    }

    private static func mutant(of seeds: [[UInt8]], random: inout SeededRandom, round: Int) -> [UInt8] {
        if round % 8 == 0 { return (0..<Int(random.below(64))).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        var bytes = seeds[Int(random.below(UInt64(seeds.count)))]
        for _ in 0...random.below(4) {
            guard !bytes.isEmpty else { break }
            let index = Int(random.below(UInt64(bytes.count)))
            switch random.below(5) {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(Array("\r\n:;,0fF \0".utf8)[Int(random.below(10))], at: index)
            case 3: bytes.removeSubrange(index...)
            default:
                let end = min(bytes.count, index + Int(random.below(16)))
                bytes.insert(contentsOf: bytes[index..<end], at: index)
            }
        }
        return bytes
    }
}

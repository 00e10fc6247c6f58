import TestSupport
import Testing

@testable import Generator

/// The connection of HTTP/2 as a value: bytes in, streams that ended and bytes out.
@Suite("Sessions of HTTP/2") struct HTTP2SessionTests {
    /// A session whose server has sent its settings, with requests 0, 1 … on streams 1, 3 …
    private func driver(requests: Int = 1, settings: [(UInt16, UInt32)] = []) throws -> SessionDriver {
        let driver = try SessionDriver()
        for _ in 0..<requests { driver.request() }
        driver.feed(.settings(settings), .acknowledgement)
        _ = driver.sent()
        return driver
    }

    @Test("Refuses pushes, and grants large windows, before anything else")
    func opening() throws {
        let driver = try SessionDriver()
        driver.request()
        let frames = driver.sent()
        // ENABLE_PUSH 0, INITIAL_WINDOW_SIZE 2²⁴, MAX_HEADER_LIST_SIZE 2¹⁶; the connection's window from 2¹⁶ − 1 to 2³⁰.
        #expect(frames.first == .settings([(2, 0), (4, 1 << 24), (6, 1 << 16)]))
        #expect(frames.contains(.window(0, by: (1 << 30) - 65_535)))
        #expect(frames.last?.type == 1)
        #expect(frames.last?.stream == 1)
        #expect(frames.last?.flags == 5)
    }

    @Test("Reads an answer from pieces of any size", arguments: [1, 2, 7, 1000])
    func answer(pieces: Int) throws {
        let driver = try driver()
        driver.feed(
            .head(1, [0x88] + HTTP2Frame.field("x-a", "b")), .data(1, "hel", ends: false), .data(1, "lo"),
            pieces: pieces)
        #expect(driver.ended() == [0])
        #expect(driver.end(0) == .complete)
        #expect(driver.head(0) == "HTTP/2 200\r\nx-a: b\r\n\r\n")
        #expect(driver.body(0) == "hello")
        #expect(driver.streams[0].pointee.bodyBytes == 5)
        // 9 + 1 + 7 (0, 3, "x-a", 1, "b": 1 + 1 + 3 + 1 + 1), 9 + 3, 9 + 2.
        #expect(driver.streams[0].pointee.received == 40)
        #expect(driver.streams[0].pointee.sent > 9)
        #expect(driver.session.pointee.underWay == 0)
        #expect(driver.breach == nil)
    }

    @Test("Interim answers and trailers are none of the answer")
    func interim() throws {
        let driver = try driver()
        let interim = HTTP2Frame.field(":status", "103") + HTTP2Frame.field("link", "x")
        driver.feed(.head(1, interim), .head(1), .data(1, "a", ends: false))
        driver.feed(.head(1, HTTP2Frame.field("x-sum", "1"), ends: true))
        #expect(driver.end(0) == .complete)
        #expect(driver.head(0) == "HTTP/2 200\r\n\r\n")
        #expect(driver.body(0) == "a")
    }

    @Test("A stream ends as the server says", arguments: [(7, true), (2, false), (8, false)] as [(UInt32, Bool)])
    func reset(code: UInt32, isRefused: Bool) throws {
        let driver = try driver(requests: 2)
        driver.feed(.reset(1, code: code))
        #expect(driver.end(0) == (isRefused ? .refused(isLeaving: false) : .reset(code: code)))
        driver.feed(.head(3), .data(3, "b"))
        #expect(driver.ended() == [0, 1])
        #expect(driver.end(1) == .complete)
    }

    @Test("GOAWAY: what the server will not process may be sent again, the rest is answered")
    func leaving() throws {
        let driver = try driver(requests: 3)
        driver.feed(.goAway(last: 1))
        #expect(driver.ended() == [1, 2])
        #expect(driver.end(1) == .refused(isLeaving: true))
        #expect(driver.end(0) == .none)
        #expect(driver.session.pointee.isLeaving)
        #expect(driver.session.pointee.room(bound: 100) == 0)
        #expect(driver.session.pointee.farewell == nil)
        driver.feed(.goAway(last: 1, code: 11))
        #expect(driver.session.pointee.farewell == "ENHANCE_YOUR_CALM")
        driver.feed(.head(1), .data(1, "a"))
        #expect(driver.end(0) == .complete)
    }

    @Test("The server's bound holds as soon as it is known, and changes while the connection is in use")
    func room() throws {
        let driver = try SessionDriver()
        // Nothing is known yet: one.
        #expect(driver.session.pointee.room(bound: 100) == 1)
        driver.request()
        #expect(driver.session.pointee.room(bound: 100) == 0)
        driver.feed(.settings([(3, 4)]))
        #expect(driver.session.pointee.room(bound: 100) == 3)
        #expect(driver.session.pointee.room(bound: 2) == 1)
        driver.feed(.settings([(3, 0)]))
        #expect(driver.session.pointee.room(bound: 100) == 0)
        driver.feed(.settings([(3, 1000)]))
        #expect(driver.session.pointee.room(bound: 100) == 99)
    }

    @Test("A stream that is given up is reset, what still comes for it is passed over, and the connection stays")
    func cancelled() throws {
        let driver = try driver(requests: 2)
        HTTP2Session.cancel(driver.session, driver.streams[0])
        #expect(driver.sent().contains(.reset(1, code: 8)))
        driver.feed(.head(1))
        // 600 KiB, more than may come for nothing on a connection where nothing was given up.
        for _ in 0..<60 { driver.feed(.data(1, String(repeating: "x", count: 10_240), ends: false)) }
        driver.feed(.head(3), .data(3, "b"))
        #expect(driver.ended() == [1])
        #expect(driver.breach == nil)
    }

    @Test("A request's body goes out as far as the server's windows let it")
    func upload() throws {
        let driver = try SessionDriver()
        driver.request("POST", body: Array(repeating: 65, count: 100_000))
        driver.feed(.settings(), .acknowledgement)
        func uploaded() -> Int { driver.sent().filter { $0.type == 0 }.map(\.payload.count).reduce(0, +) }
        #expect(uploaded() == 65_535)
        driver.feed(.window(1, by: 1_000_000))
        #expect(uploaded() == 0)
        driver.feed(.window(0, by: 30_000))
        #expect(uploaded() == 30_000)
        driver.feed(.window(0, by: 30_000))
        // 100,000 − 65,535 − 30,000.
        #expect(uploaded() == 4_465)
        driver.feed(.head(1, ends: true))
        #expect(driver.end(0) == .complete)
    }

    @Test("An answer that comes before the request's body is sent is an answer; the rest is not sent")
    func early() throws {
        let driver = try SessionDriver()
        driver.request("POST", body: Array(repeating: 65, count: 1_000_000))
        driver.feed(.settings(), .acknowledgement)
        _ = driver.sent()
        driver.feed(.head(1), .data(1, "early"), .reset(1, code: 0))
        #expect(driver.ended() == [0])
        #expect(driver.end(0) == .complete)
        driver.feed(.window(0, by: 1_000_000))
        #expect(!driver.sent().contains { $0.type == 0 })
        #expect(driver.breach == nil)
    }

    @Test("The body of an unexpected answer is kept in part")
    func excerpt() throws {
        let driver = try driver()
        driver.streams[0].pointee.kept = nil
        driver.streams[0].pointee.keepsExcerpt = true
        // 0x8E: `:status: 500`.
        driver.feed(.head(1, [0x8E]), .data(1, String(repeating: "x", count: 10_000)))
        #expect(driver.streams[0].pointee.status == 500)
        #expect(driver.streams[0].pointee.excerpt.count == AnswerExcerpt.keptBytes)
    }

    // MARK: Breaches

    @Test(
        "Malformed answers end their stream alone",
        arguments: [
            ("a name with capitals", [0x88] + HTTP2Frame.field("X-A", "b"), .headerField),
            ("a value with a line break", [0x88] + HTTP2Frame.field("x-a", "b\nc"), .headerField),
            ("a pseudo-field of requests", [0x88] + HTTP2Frame.field(":path", "/"), .headerField),
            ("no status", HTTP2Frame.field("x-a", "b"), nil), ("status 101", HTTP2Frame.field(":status", "101"), nil),
            ("two statuses", [0x88, 0x88], nil),
        ] as [(String, [UInt8], ResponseFailure?)])
    func malformed(name: String, fields: [UInt8], failure: ResponseFailure?) throws {
        let driver = try driver(requests: 2)
        driver.feed(.head(1, fields))
        _ = driver.sent()
        driver.feed(.head(3, ends: true))
        let ended = driver.ended()
        #expect(ended == [0, 1], "\(name)")
        guard case .broken(let found) = driver.end(0) else {
            Issue.record("\(name): \(driver.end(0))")
            return
        }
        if let failure { #expect(found == failure, "\(name)") }
        #expect(driver.end(1) == .complete)
    }

    @Test("A body of another length than its Content-Length is malformed")
    func length() throws {
        let driver = try driver()
        driver.feed(.head(1, [0x88] + HTTP2Frame.field("content-length", "9")), .data(1, "hello"))
        _ = driver.sent()
        #expect(driver.end(0) == .broken(nil))
    }

    @Test("A head larger than 64 KiB is not taken, however small its frames are")
    func bomb() throws {
        let driver = try driver(requests: 2)
        // A field of 2,008 bytes that goes into the table, then 40 times its index: 41 · 2,040 > 65,536.
        let value = String(repeating: "v", count: 120)
        let entry: [UInt8] = [0x40, 3] + Array("x-a".utf8) + [120] + Array(value.utf8)
        driver.feed(.head(1, [0x88] + entry + Array(repeating: 0xBE, count: 600)))
        _ = driver.sent()
        #expect(driver.end(0) == .broken(.headTooLarge))
        driver.feed(.head(3, ends: true))
        #expect(driver.end(1) == .complete)
    }

    @Test("More than 32 interim answers are not taken")
    func interims() throws {
        let driver = try driver()
        for _ in 0..<40 { driver.feed(.head(1, HTTP2Frame.field(":status", "100"))) }
        _ = driver.sent()
        #expect(driver.end(0) == .broken(.tooManyInterimResponses))
    }

    @Test("A push ends the connection")
    func push() throws {
        let driver = try driver()
        driver.feed(HTTP2Frame(5, flags: 4, stream: 1, [0, 0, 0, 2, 0x82, 0x86, 0x84]))
        _ = driver.sent()
        #expect(driver.breach?.hasPrefix("the server breaks HTTP/2") == true, "\(driver.breach ?? "none")")
    }

    @Test(
        "What is no HTTP/2 is told as such",
        arguments: ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "\u{15}\u{3}\u{3}\0\u{2}\u{2}F plus more"])
    func other(bytes: String) throws {
        let driver = try SessionDriver()
        driver.request()
        _ = driver.sent()
        driver.feed(Array(bytes.utf8))
        _ = driver.sent()
        #expect(driver.breach?.hasPrefix("the server's answer is not HTTP/2") == true, "\(driver.breach ?? "none")")
    }

    @Test(
        "Frames that break the connection's rules end it, and the reason is told",
        arguments: [
            ("DATA on stream 0", HTTP2Frame(0, stream: 0, [1])),
            ("HEADERS on stream 0", HTTP2Frame(1, flags: 4, [0x88])),
            ("HEADERS on a stream that was never begun", HTTP2Frame(1, flags: 4, stream: 99, [0x88])),
            ("a stream of the server's own", HTTP2Frame(1, flags: 4, stream: 2, [0x88])),
            ("RST_STREAM of a stream that was never begun", .reset(99, code: 0)),
            ("a PING of 7 bytes", HTTP2Frame(6, Array(repeating: 0, count: 7))),
            ("SETTINGS of 5 bytes", HTTP2Frame(4, Array(repeating: 0, count: 5))),
            ("a window of 0", .window(0, by: 0)), ("a window over 2³¹", .window(0, by: 0x7FFF_FFFF)),
            ("a frame size below the least", .settings([(5, 1)])),
            ("a window setting over 2³¹", .settings([(4, 0x8000_0000)])),
            ("HPACK's index 0", .head(1, [0x80])), ("an index beyond the table", .head(1, [0xFF, 0x20])),
            ("a frame beyond 16 KiB", HTTP2Frame(0, stream: 1, Array(repeating: 0, count: 20_000))),
            ("a CONTINUATION of nothing", HTTP2Frame(9, flags: 4, stream: 1, [0x88])),
        ] as [(String, HTTP2Frame)])
    func connection(name: String, frame: HTTP2Frame) throws {
        let driver = try driver()
        driver.feed(frame)
        _ = driver.sent()
        #expect(driver.breach != nil, "\(name)")
    }

    @Test(
        "Floods end the connection within their bound",
        arguments: [
            ("pings", HTTP2Frame(6, Array(repeating: 7, count: 8))), ("settings", .settings()),
            ("settings with values", .settings([(3, 100), (4, 65_535)])),
            ("empty data", .data(1, "", ends: false)),
            ("padding", HTTP2Frame(0, flags: 8, stream: 1, [255] + Array(repeating: 0, count: 255))),
            ("windows", .window(0, by: 1)), ("unknown frames", HTTP2Frame(200, Array(repeating: 0, count: 100))),
            ("priorities", HTTP2Frame(2, stream: 1, [0, 0, 0, 0, 15])),
        ] as [(String, HTTP2Frame)])
    func flood(name: String, frame: HTTP2Frame) throws {
        let driver = try driver()
        driver.feed(.head(1))
        // 300 KiB of it; the bound is 256 KiB.
        let count = 300 * 1024 / frame.bytes.count
        for number in 0..<count where driver.breach == nil {
            driver.feed(frame)
            if number % 50 == 0 { _ = driver.sent() }
        }
        #expect(driver.breach != nil, "\(name)")
    }

    @Test("CONTINUATION without end ends the connection within its bound", arguments: [0, 1, 1000])
    func continuation(size: Int) throws {
        let driver = try driver()
        driver.feed(HTTP2Frame(1, flags: 0, stream: 1, [0x88]))
        let frame = HTTP2Frame(9, flags: 0, stream: 1, Array(repeating: 0x88, count: size)).bytes
        for _ in 0..<(300 * 1024 / frame.count) where driver.breach == nil {
            driver.feed(frame)
            _ = driver.sent()
        }
        #expect(driver.breach != nil)
    }

    @Test("A long answer and a long upload are no flood")
    func long() throws {
        let driver = try driver()
        driver.feed(.head(1))
        // 4 MiB, a ping before each piece.
        for _ in 0..<256 {
            driver.feed(HTTP2Frame(6, Array(repeating: 7, count: 8)))
            driver.feed(.data(1, String(repeating: "x", count: 16_384), ends: false))
            _ = driver.sent()
        }
        driver.feed(.data(1, ""))
        #expect(driver.end(0) == .complete)
        #expect(driver.breach == nil)
    }
}

import Foundation
import Measures
import Testing

@testable import Generator

@Suite("Heads that were there before")
struct KnownHeadTests {
    private static let date = "Tue, 15 Nov 1994 08:12:31 GMT"
    private static let known = "HTTP/1.1 200 OK\r\nServer: x\r\nDate: \(date)\r\nContent-Length: 5\r\nAge: 1\r\n\r\n"

    /// What a reader makes of an answer.
    private struct Reading: Equatable {
        var progress: ResponseReader.Progress?
        var failure: ResponseFailure?
        var status: UInt16
        var persistent: Bool
        var isCompleteAtClose: Bool
        var head: String
        var body: String
    }

    private static func read(
        _ text: String, toHead: Bool = false, known: UnsafeMutablePointer<KnownHead>? = nil
    ) -> Reading {
        var reader = ResponseReader()
        reader.begin(toHead: toHead)
        var kept = KeptAnswer()
        kept.begin(wantsBody: true)
        defer { kept.release() }
        var progress: ResponseReader.Progress?
        var failure: ResponseFailure?
        do throws(ResponseFailure) {
            progress = try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(ResponseFailure) in
                try reader.consume(bytes, into: &kept, known: known)
            }
        } catch {
            failure = error
        }
        return Reading(
            progress: progress, failure: failure, status: reader.status, persistent: reader.persistent,
            isCompleteAtClose: reader.isCompleteAtClose(), head: String(decoding: kept.head.bytes, as: UTF8.self),
            body: String(decoding: kept.body.bytes, as: UTF8.self))
    }

    private static func isKnown(_ text: String, _ known: inout KnownHead, toHead: Bool = false) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { known.find(in: $0, toHead: toHead) != nil }
    }

    @Test("A head that is the same, or differs in the value of Date alone, is known; what is kept of it is its own")
    func sameButForTheDate() {
        var known = KnownHead()
        defer { known.release() }
        #expect(!Self.isKnown(Self.known, &known))
        _ = Self.read(Self.known + "hello", known: &known)
        #expect(Self.isKnown(Self.known, &known))
        for date in ["Wed, 16 Nov 1994 00:00:00 GMT", "not a date, but printable text"] {
            let text = Self.known.replacingOccurrences(of: Self.date, with: date.prefix(29).padded)
            #expect(Self.isKnown(text, &known))
            let reading = Self.read(text + "world", known: &known)
            #expect(reading == Self.read(text + "world"))
            #expect(reading.head == text)
            #expect(reading.progress == .complete(consumed: text.utf8.count + 5))
        }
    }

    /// Heads beside the known one, none of which is it.
    private static let otherHeads: [String] = {
        func changed(_ old: String, _ new: String) -> String { known.replacingOccurrences(of: old, with: new) }
        // A date's 29 bytes that would be more than one: each a field or an end of the head of its own.
        let hostile = [
            "Tue\r\nContent-Length: 7\r\nX: yyy", "Tue\nTransfer-Encoding: chunked",
            "Tue, 15 Nov 1994 08:12:31\r\n\r\n",
            "Tue, 15 Nov 1994 08:12\n\nhello!", "Tue, 15 Nov 1994 08:12:31 GM\0", "Tue, 15 Nov 1994 08:12:31\rGMT",
            "Tue, 15 Nov 1994 08:12:31\r\n GM", "Tue, 15 Nov 1994 08:12:31 G\u{E9}",
        ]
        return hostile.map { changed(date, $0) } + [
            changed("Content-Length: 5", "Content-Length: 4"), changed("Content-Length: 5", "Content-Length: 50"),
            changed("Content-Length: 5", "Content-Length: x"), changed("Content-Length: 5\r\n", ""),
            changed("Content-Length: 5", "Content-Length: 5\r\nContent-Length: 6"),
            changed("Content-Length: 5", "Transfer-Encoding: chunked"), changed("Age: 1", "Age: 2"),
            changed("Age: 1", "Connection: close"), changed("Age: 1", "Set-Cookie: a=b"),
            changed("Age: 1", "Cache-Status: x; hit"), changed("Age: 1", "Age: 1\r\nDate: \(date)"),
            changed("200 OK", "201 OK"), changed("200 OK", "500 OK"), changed("HTTP/1.1", "HTTP/1.0"),
            changed("200 OK", "204 OK"), changed("200 OK", "101 OK"), changed("Server: x", "Server:\0x"),
            changed("Server: x", "Server x:"), changed("Date: ", "date: "), changed("Date: \(date)", "Date: today"),
            changed("Date: \(date)\r\n", ""), changed("\r\n", "\n"), "HTTP/1.1 100 Continue\r\n\r\n" + known,
            String(known.dropLast(2)), String(known.prefix(60)),
        ]
    }()

    @Test(
        "A head that differs in anything else, or hides a field in its date, is read as if none was known",
        arguments: otherHeads)
    func others(_ text: String) {
        for toHead in [false, true] {
            var known = KnownHead()
            defer { known.release() }
            _ = Self.read(Self.known + "hello", toHead: toHead, known: &known)
            #expect(!Self.isKnown(text, &known, toHead: toHead))
            #expect(
                Self.read(text + "hello", toHead: toHead, known: &known) == Self.read(text + "hello", toHead: toHead))
            // And the other way round: that one is known, if any, and then comes the first.
            #expect(
                Self.read(Self.known + "hello", toHead: toHead, known: &known)
                    == Self.read(Self.known + "hello", toHead: toHead))
        }
    }

    @Test("A head is known to the kind of request that it answered only")
    func toHead() {
        var known = KnownHead()
        defer { known.release() }
        _ = Self.read(Self.known, toHead: true, known: &known)
        #expect(Self.isKnown(Self.known, &known, toHead: true))
        #expect(!Self.isKnown(Self.known, &known, toHead: false))
        #expect(Self.read(Self.known + "hello", known: &known).body == "hello")
    }

    @Test("A head without a date, with chunks, or one that ends with the connection is known too, an interim one never")
    func kinds() {
        for text in [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 204 No Content\n\n",
            "HTTP/1.1 200 OK\r\nDate: short\r\nContent-Length: 2\r\n\r\n",
        ] {
            var known = KnownHead()
            defer { known.release() }
            for body in ["2\r\nok\r\n0\r\nT: a\r\n\r\n", "1\r\nx\r\n0\r\n\r\n", "ok"] {
                #expect(Self.read(text + body, known: &known) == Self.read(text + body))
                #expect(Self.isKnown(text, &known))
            }
        }
        var known = KnownHead()
        defer { known.release() }
        _ = Self.read("HTTP/1.1 100 Continue\r\n\r\n", known: &known)
        #expect(!Self.isKnown("HTTP/1.1 100 Continue\r\n\r\n", &known))
        _ = Self.read("HTTP/1.1 100 Continue\r\n\r\n" + Self.known, known: &known)
        #expect(Self.isKnown(Self.known, &known))
    }

    @Test("Where each head is another one, few are remembered; once they are alike they are known again")
    func changingHeads() {
        var known = KnownHead()
        defer { known.release() }
        func text(_ number: Int) -> String { "HTTP/1.1 200 OK\r\nX: \(number)\r\nContent-Length: 0\r\n\r\n" }
        for number in 1_000..<1_020 { #expect(Self.read(text(number), known: &known).status == 200) }
        // The first eight were remembered in turn, then the ninth for the 64 that come.
        #expect(!Self.isKnown(text(1_019), &known))
        #expect(Self.isKnown(text(1_008), &known))
        for _ in 0..<64 { _ = Self.read(text(1_007), known: &known) }
        #expect(Self.isKnown(text(1_007), &known))
    }

    @Test("A head larger than what is remembered is parsed each time")
    func large() {
        var known = KnownHead()
        defer { known.release() }
        let text = "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 3_000))\r\nContent-Length: 2\r\n\r\n"
        for _ in 0..<2 { #expect(Self.read(text + "ok", known: &known).body == "ok") }
        #expect(!Self.isKnown(text, &known))
    }
}

extension Substring {
    /// Filled up with blanks to the length of a date.
    fileprivate var padded: String { self + String(repeating: " ", count: Swift.max(0, 29 - count)) }
}

import Scenarios
import Testing

@testable import Generator

/// A stream's events, as the reader gives them.
@Suite("Events out of a stream") struct EventReaderTests {
    struct Event: Equatable, CustomStringConvertible {
        var name = ""
        var data = ""
        var description: String { name.isEmpty ? "\"\(data)\"" : "\(name):\"\(data)\"" }
    }

    /// What a reader gives of pieces; nil in place of the rest where an event was too large.
    private func read(
        _ pieces: [[UInt8]], _ format: EventStream.Format = .sse, keepsData: Bool = true
    ) -> [Event?] {
        var reader = EventReader()
        defer { reader.release() }
        reader.begin(format, keepsData: keepsData)
        func event() -> Event {
            Event(
                name: String(decoding: reader.name, as: UTF8.self), data: String(decoding: reader.data, as: UTF8.self))
        }
        var events: [Event?] = []
        for piece in pieces {
            var isTooLarge = false
            piece.withUnsafeBufferPointer { bytes in
                var position = 0
                reading: while true {
                    switch reader.next(in: bytes, at: &position) {
                    case .event: events.append(event())
                    case .needsMore: break reading
                    case .tooLarge:
                        isTooLarge = true
                        break reading
                    }
                }
            }
            if isTooLarge { return events + [nil] }
        }
        if reader.end() { events.append(event()) }
        return events
    }

    private func read(_ text: String, _ format: EventStream.Format = .sse) -> [Event?] {
        read([Array(text.utf8)], format)
    }

    /// After the eventsource tests of Web Platform Tests, and the examples of the standard (WHATWG HTML §9.2.6).
    private static let streams: [(String, [Event])] = [
        ("", []),
        ("data:1\n\n", [Event(data: "1")]),
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [Event(data: "YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
            [
                Event(data: "first event"), Event(data: "second event"),
            ]
        ),
        ("data\n\ndata\ndata\n\ndata:\n", [Event(data: ""), Event(data: "\n")]),
        ("data:test\n\ndata: test\n\n", [Event(data: "test"), Event(data: "test")]),
        ("data:\ttest\rdata: \ndata:test\n\n", [Event(data: "\ttest\n\ntest")]),
        (
            "event: add\ndata: 73857293\n\nevent:remove\ndata: 2153\n\ndata: a\n\n",
            [
                Event(name: "add", data: "73857293"), Event(name: "remove", data: "2153"), Event(data: "a"),
            ]
        ),
        // An event without data is none, and its name is forgotten.
        ("event: x\n\ndata: y\n\n", [Event(data: "y")]),
        ("event: a\nevent: b\ndata: c\n\n", [Event(name: "b", data: "c")]),
        // What nothing ends is discarded.
        ("data: a\n\ndata: b", [Event(data: "a")]), ("data: a\n\ndata: b\n", [Event(data: "a")]),
        // Ends of lines of all kinds, also mixed.
        ("data: a\r\rdata: b\r\n\r\ndata: c\n\n", [Event(data: "a"), Event(data: "b"), Event(data: "c")]),
        ("data: a\r\n\n\r\ndata: b\n\r", [Event(data: "a"), Event(data: "b")]),
        // Names of fields are whole, in lower case, and have no blanks in front.
        (" data: a\nDATA: b\ndata : c\ndatas: d\n\n", []),
        ("data: a\nfoo: b\nid: c\nretry: 99999999999999999999\n\n", [Event(data: "a")]),
        ("retry: 1000\nretry: -1\nretry:\n\n", []),
        (":\n::\n:data: a\n\n", []),
        // One byte order mark is read over, at the very beginning.
        ("\u{FEFF}data: a\n\n", [Event(data: "a")]), ("\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n", [Event(data: "b")]),
        ("data: \u{FEFF}\n\n", [Event(data: "\u{FEFF}")]),
        ("data: \u{0}a\n\nid: \u{0}\ndata: b\n\n", [Event(data: "\u{0}a"), Event(data: "b")]),
        ("data: ü…😀\n\n", [Event(data: "ü…😀")]), ("data: a: b\n\n", [Event(data: "a: b")]),
    ]

    @Test("are those of the standard") func standard() {
        for (text, events) in Self.streams { #expect(read(text) == events, "\(text.debugDescription)") }
    }

    private static let lines: [(String, [Event])] = [
        ("", []), ("\n\r\n \t\n", []), ("{}\n", [Event(data: "{}")]),
        ("{\"a\":1}\n{\"a\":2}\r\n[3]", [Event(data: "{\"a\":1}"), Event(data: "{\"a\":2}"), Event(data: "[3]")]),
        ("1\n\n2\n", [Event(data: "1"), Event(data: "2")]), ("a\rb\n", [Event(data: "a\rb")]),
        ("{\"a\":\n1}\n", [Event(data: "{\"a\":"), Event(data: "1}")]), ("data: a\n\n", [Event(data: "data: a")]),
    ]

    @Test("are the lines of JSON lines, and what stands behind the last of them") func jsonLines() {
        for (text, events) in Self.lines { #expect(read(text, .ndjson) == events, "\(text.debugDescription)") }
    }

    @Test("are the same however the stream is cut") func splits() {
        let all = Self.streams.map { ($0, EventStream.Format.sse) } + Self.lines.map { ($0, .ndjson) }
        for ((text, events), format) in all {
            let bytes = Array(text.utf8)
            #expect(read(bytes.map { [$0] }, format) == events, "\(text.debugDescription), byte by byte")
            for index in 0...bytes.count {
                let pieces = [Array(bytes[..<index]), [], Array(bytes[index...])]
                #expect(read(pieces, format) == events, "\(text.debugDescription), cut at \(index)")
            }
        }
        // All of them behind each other, in pieces of every length.
        let whole = Array(Self.streams.dropLast(4).map(\.0).joined(separator: "\n\n").utf8)
        let expected = read([whole])
        #expect(expected.count > 15)
        for length in 1...64 {
            let pieces = stride(from: 0, to: whole.count, by: length).map {
                Array(whole[$0..<min(whole.count, $0 + length)])
            }
            #expect(read(pieces) == expected, "in pieces of \(length)")
        }
    }

    @Test("are counted without their data, too") func counted() {
        for (text, events) in Self.streams {
            let names = read([Array(text.utf8)], keepsData: false)
            #expect(names == events.map { Event(name: $0.name) }, "\(text.debugDescription)")
        }
    }

    @Test("need not be UTF-8") func invalid() {
        let bytes: [UInt8] =
            Array("data: ".utf8) + [0xFF, 0xFE, 0xC3] + Array("\n\nevent: ".utf8) + [0x80] + Array("\ndata:a\n\n".utf8)
        #expect(read([bytes]) == [Event(data: "\u{FFFD}\u{FFFD}\u{FFFD}"), Event(name: "\u{FFFD}", data: "a")])
    }

    @Test("are refused beyond a bound, whatever they grow by") func bounded() {
        let bound = EventReader.bound
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 64 * 1024)
        let many = Array(repeating: piece, count: bound / piece.count + 1)
        // A line without an end, a line of data, and lines of data.
        #expect(read(many) == [nil])
        #expect(read([Array("data: b\n\ndata:".utf8)] + many) == [Event(data: "b"), nil])
        #expect(read(many.map { Array("data:".utf8) + $0 + Array("\n".utf8) }) == [nil])
        #expect(read(many.map { Array("data:".utf8) + $0 + Array("\n".utf8) }, keepsData: false) == [nil])
        #expect(read([Array("event:".utf8)] + many) == [nil])
        #expect(read(many, .ndjson) == [nil])
        #expect(read([many.flatMap { $0 } + [10]], .ndjson) == [nil])
        // What isn't kept is not counted: comments, other fields and events that have ended.
        #expect(read(many.map { [UInt8(ascii: ":")] + $0 + [10] }) == [])
        let events = many.map { Array("data:".utf8) + $0 + [10, 10] }
        #expect(read(events).count == many.count)
        // As large as it may be: the name of its field and the end of its line count, too.
        let largest = [UInt8](repeating: UInt8(ascii: "a"), count: bound - 6)
        #expect(
            read([Array("data:".utf8) + largest + [10, 10]]) == [Event(data: String(decoding: largest, as: UTF8.self))])
    }

    @Test("A reader begins again with the next stream, whatever was left of the last one") func again() {
        var reader = EventReader()
        defer { reader.release() }
        for (rest, format) in [("data: a", EventStream.Format.sse), ("event: b\ndata: c\n", .sse), ("{", .ndjson)] {
            reader.begin(format)
            let first = Array(rest.utf8).withUnsafeBufferPointer { bytes in
                var position = 0
                return reader.next(in: bytes, at: &position)
            }
            #expect(first == .needsMore)
            reader.begin(.sse)
            let second = Array("data: d\n\n".utf8).withUnsafeBufferPointer { bytes in
                var position = 0
                return reader.next(in: bytes, at: &position)
            }
            #expect(second == .event)
            #expect(reader.name.isEmpty && reader.data.elementsEqual("d".utf8))
        }
    }
}

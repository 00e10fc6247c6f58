import Measures
import Scenarios
import Testing

@testable import Generator

/// What is made of an answer's events: when they came, what ends the stream, and what is kept.
@Suite("The stream of an answer") struct EventFeedTests {
    private final class Feed {
        let plan = UnsafeMutablePointer<EventPlan>.allocate(capacity: 1)
        var feed = EventFeed()
        /// Gaps in milliseconds, the first being from zero.
        var news: [Int64] = []

        init(
            _ end: EventStream.End? = nil, format: EventStream.Format? = nil, keepsLast: Bool = true,
            keepsEvery: Bool = false, type: String? = "text/event-stream", isExpected: Bool = true,
            holds: ((UnsafeBufferPointer<UInt8>) -> Bool)? = nil
        ) {
            var stream = EventStream()
            (stream.end, stream.format, stream.endSource) = (end, format, "the end")
            plan.initialize(
                to: EventPlan(stream, keepsLast: keepsLast, keepsEvery: keepsEvery, holds: holds))
            feed.begin(plan)
            if let type {
                Array(type.utf8).withUnsafeBufferPointer { feed.take(isExpected: isExpected, type: $0) }
            } else {
                feed.take(isExpected: isExpected, type: nil)
            }
        }

        deinit {
            plan.pointee.release()
            plan.deinitialize(count: 1)
            plan.deallocate()
            feed.release()
        }

        func take(_ text: String, at milliseconds: Int64) {
            feed.arrival = Self.at(milliseconds)
            Array(text.utf8).withUnsafeBufferPointer { feed.take($0) }
        }

        func close(at milliseconds: Int64, isWhole: Bool = true) {
            feed.close(at: Self.at(milliseconds), isWhole: isWhole)
        }

        func takeNews() -> [Int64] {
            var news: [Int64] = []
            feed.takeNews { entry in
                news.append((entry.at - (entry.before ?? Self.at(0))).nanoseconds / 1_000_000)
                news += Array(repeating: 0, count: entry.more)
            }
            return news
        }

        static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1 + milliseconds * 1_000_000) }

        var last: String { String(decoding: feed.lastData.bytes, as: UTF8.self) }
    }

    @Test("Each event has the instant of the read that completed it, and those of one read have the same") func stamps()
    {
        let feed = Feed()
        feed.take("data: a\n", at: 10)
        #expect(feed.takeNews() == [])
        feed.take("\ndata: b\n\n", at: 25)
        feed.take(": nothing\n\n", at: 40)
        feed.take("data: c\n\ndata: d\n\ndata: e\n", at: 75)
        // The first at 25, b with it; c 50 later, d with it.
        #expect(feed.takeNews() == [25, 0, 50, 0])
        feed.take("\n", at: 80)
        #expect(feed.takeNews() == [5])
        #expect(feed.feed.count == 5)
        #expect(feed.feed.longestGap == Span(nanoseconds: 50_000_000))
        #expect(feed.last == "e")
        feed.close(at: 500)
        #expect(feed.takeNews() == [] && feed.feed.state == .ended && feed.feed.missedEnd == nil)
    }

    @Test(
        "What ends it ends it, and nothing behind that counts",
        arguments: [
            (EventStream.End.count(2), 2), (.event("done"), 3), (.event("message"), 1), (.data("[DONE]"), 4),
            (.data("c"), 2),
            (.json(Check(subject: .json(JSONPath(elements: [], source: "$")), predicate: .exists, source: "")), 3),
        ] as [(EventStream.End, Int)])
    func ends(_ end: EventStream.End, _ count: Int) {
        let feed = Feed(end) { $0.elementsEqual("c".utf8) }
        feed.take(
            "data: a\n\nevent: x\ndata: b\n\nevent: done\ndata: c\n\ndata: d\n\ndata: [DONE]\n\ndata: e\n\n", at: 10)
        #expect(feed.feed.state == .met && feed.feed.isOver)
        #expect(feed.feed.count == count)
        feed.take("data: f\n\n", at: 20)
        feed.close(at: 30)
        #expect(feed.feed.count == count && feed.feed.missedEnd == nil)
        #expect(feed.takeNews() == [10] + Array(repeating: 0, count: count - 1))
    }

    @Test("A server that ends it before is told by the end that did not come") func early() {
        for end in [EventStream.End.count(5), .event("done"), .data("x"), .time(.seconds(1))] {
            let feed = Feed(end)
            feed.take("data: a\n\ndata: b\n\n", at: 10)
            feed.close(at: 20)
            #expect(feed.feed.missedEnd == "the end", "\(end)")
        }
    }

    @Test("The time since the last event counts where nothing planned ended it, if it is the longest") func openGap() {
        // Broken 60 ms behind an event, after gaps of 50: nobody knows how long this one would have become.
        let broken = Feed()
        broken.take("data: a\n\n", at: 10)
        broken.take("data: b\n\n", at: 60)
        broken.close(at: 120, isWhole: false)
        #expect(broken.takeNews() == [10, 50, 60])
        #expect(broken.feed.longestGap == Span(nanoseconds: 60_000_000))
        // One of 40 ms might still have become shorter than others.
        let shorter = Feed()
        shorter.take("data: a\n\n", at: 10)
        shorter.take("data: b\n\n", at: 60)
        shorter.close(at: 100, isWhole: false)
        #expect(shorter.takeNews() == [10, 50])
        // Left as planned, after a time: as long as nothing came.
        let timed = Feed(.time(.seconds(1)))
        timed.take("data: a\n\n", at: 10)
        timed.feed.endByTime(at: Feed.at(1000))
        #expect(timed.takeNews() == [10, 990] && timed.feed.state == .met && timed.feed.missedEnd == nil)
        // Ended by the server, as it may.
        let whole = Feed()
        whole.take("data: a\n\n", at: 10)
        whole.close(at: 1000)
        #expect(whole.takeNews() == [10])
        // Without an event there is nothing to count from.
        let silent = Feed()
        silent.close(at: 1000, isWhole: false)
        #expect(silent.takeNews() == [] && silent.feed.count == 0)
    }

    @Test("The last JSON line needs no end of line, where the answer is whole") func lastLine() {
        for isWhole in [true, false] {
            let feed = Feed(type: "application/x-ndjson; charset=utf-8")
            feed.take("{\"n\": 1}\n{\"n\": 2}", at: 10)
            feed.close(at: 30, isWhole: isWhole)
            #expect(feed.feed.count == (isWhole ? 2 : 1))
            #expect(feed.takeNews() == [10, 20])
        }
        // It may be what ends the stream.
        let feed = Feed(.count(2), type: "application/jsonl")
        feed.take("1\n2", at: 10)
        feed.close(at: 20)
        #expect(feed.feed.state == .met && feed.feed.missedEnd == nil)
    }

    @Test("The type says how it is read, unless the scenario does")
    func types() {
        for type in ["text/event-stream", "TEXT/Event-Stream;charset=utf-8", " text/event-stream "] {
            #expect(Feed(type: type).feed.state == .reading, "\(type)")
        }
        for type in [
            "application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines",
            "application/x-jsonlines", "application/stream+json",
        ] {
            let feed = Feed(type: type)
            feed.take("1\n2\n", at: 1)
            #expect(feed.feed.count == 2, "\(type)")
        }
        for type in ["text/html", "application/json", "text/event-stream2", "", nil] {
            let feed = Feed(type: type)
            #expect(feed.feed.state == .otherType && !feed.feed.isStream)
            feed.take("data: a\n\n", at: 1)
            #expect(feed.feed.count == 0)
        }
        let said = Feed(format: .ndjson, type: "text/plain")
        said.take("1\n", at: 1)
        #expect(said.feed.count == 1)
        #expect(Feed(isExpected: false).feed.state == .otherStatus)
    }

    @Test("Every event's data are kept where a check looks at them, up to a bound") func every() {
        let feed = Feed(keepsEvery: true)
        feed.take("data: a\n\ndata:\n\ndata: b\ndata: c\n\n", at: 1)
        var all: [String] = []
        feed.feed.forEachEvent {
            all.append(String(decoding: $0, as: UTF8.self))
            return true
        }
        #expect(all == ["a", "", "b\nc"])
        #expect(!feed.feed.isTooMuch)
        let text = "data: " + String(repeating: "x", count: 1_000_000) + "\n\n"
        for _ in 0..<11 { feed.take(text, at: 2) }
        #expect(feed.feed.isTooMuch && feed.feed.count == 14)
        #expect(feed.feed.everyData.count <= EventFeed.everyBound + 64)
    }

    @Test("An event beyond the bound ends it") func tooLarge() {
        let feed = Feed()
        feed.take("data: a\n\ndata: ", at: 1)
        feed.take(String(repeating: "x", count: EventReader.bound), at: 2)
        #expect(feed.feed.state == .tooLarge && feed.feed.isOver && feed.feed.count == 1)
    }

    @Test("A second answer in the place of the first begins anew, as behind a redirect") func restart() {
        let feed = Feed()
        feed.take("data: a\n\n", at: 1)
        feed.feed.restart()
        #expect(feed.feed.count == 0 && !feed.feed.hasNews && feed.feed.state == .waiting)
    }
}

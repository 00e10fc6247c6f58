import Foundation
import Testing

@testable import Scenarios

@Suite struct QuantityTests {
    @Test(
        "A duration carries a unit",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
            ("1.5s", .milliseconds(1500)), ("7us", .microseconds(7)), ("7µs", .microseconds(7)),
            ("3ns", .nanoseconds(3)),
            ("1m30s", .seconds(90)), ("0s", .zero), ("90d", .seconds(7_776_000)),
        ])
    func durations(text: String, duration: Duration) throws {
        #expect(try Quantity.duration(text) == duration)
    }

    @Test(
        "What is no duration is refused",
        arguments: ["10", "", "s", "-1s", "1 s", "1.s", ".5s", "10sec", "1e3s", "9000h", "1min"])
    func wrongDurations(text: String) {
        #expect(throws: GrammarError.self) { try Quantity.duration(text) }
    }

    @Test(
        "Sizes have decimal and binary units",
        arguments: [("512B", 512), ("64KiB", 65536), ("1.5MB", 1_500_000), ("1GiB", 1_073_741_824)])
    func sizes(text: String, bytes: Double) throws {
        #expect(try Quantity.size(text) == bytes)
    }

    @Test("Rates say per what", arguments: [("20/s", 20), ("120/min", 2), ("7200/h", 2), ("0.5/s", 0.5)])
    func rates(text: String, perSecond: Double) throws {
        #expect(try Quantity.rate(text) == perSecond)
    }

    @Test("The nearest name is found by edits, and none where all are far")
    func suggestions() {
        #expect(Suggestion.nearest(to: "tagret", among: ["name", "target"]) == "target")
        #expect(Suggestion.nearest(to: "Timeout", among: ["timeout"]) == "timeout")
        #expect(Suggestion.nearest(to: "xyz", among: ["name", "target"]) == nil)
        // kitten → sitting: two replaced, one inserted.
        #expect(Suggestion.distance(Array("kitten"), Array("sitting")) == 3)
        // A swap of neighbours is one edit.
        #expect(Suggestion.distance(Array("ab"), Array("ba")) == 1)
    }
}

import Foundation
import Glibc
import Measures
import Reports
import TestSupport
import Testing

@testable import Loadgate

@Suite("Watched fleets") struct FleetWatchTests {
    private static let second = Span(seconds: 1)

    private static func arrival(_ segment: Int, of count: Int) -> FleetFolder.Arrival {
        .init(segment: segment, count: count, host: "node\(segment)", process: 1, digest: nil, target: "http://t")
    }

    @Test("workers come, wait, begin, and are lost once they show nothing for two seconds, whatever clocks say")
    func course() throws {
        let folder = try TemporaryFolder()
        let fleet = FleetFolder(path: folder.path)
        #expect(try fleet.write(Self.arrival(1, of: 3)))
        var watch = try FleetWatch(folder.path)
        var now = Instant(nanoseconds: 5_000_000_000)
        func states() -> [FleetStatus.State] { watch.status.workers.map(\.state) }
        watch.look(at: now)
        #expect(states() == [.missing, .waiting, .missing])
        #expect(!watch.isUnsettled)
        for segment in [0, 2] { #expect(try fleet.write(Self.arrival(segment, of: 3))) }
        try fleet.write(.init(start: 1_769_860_800_000_000))
        watch.look(at: now)
        #expect(states() == [.waiting, .waiting, .waiting])
        #expect(watch.isUnsettled)
        #expect(watch.status.started == "2026-01-31T12:00:00Z")
        // Worker 2 writes once and no more; the others go on.
        for beat in 1...4 {
            for segment in 0..<(beat == 1 ? 3 : 2) { try fleet.write(.init(count: beat, isDone: false), of: segment) }
            watch.look(at: now)
            #expect(states()[2] != .lost)
            now = now + Span(seconds: 0.6)
        }
        watch.look(at: now)
        #expect(states() == [.waiting, .waiting, .lost])
        #expect(watch.status.workers[2].since != nil)
        #expect(!watch.isUnsettled)
        #expect(!watch.status.isOver)
        // It was held up only.
        try fleet.write(.init(count: 2, isDone: false), of: 2)
        watch.look(at: now)
        #expect(states()[2] == .waiting)
    }

    @Test("whoever was held up itself takes nobody for lost")
    func heldUp() throws {
        let folder = try TemporaryFolder()
        let fleet = FleetFolder(path: folder.path)
        #expect(try fleet.write(Self.arrival(0, of: 1)))
        try fleet.write(.init(start: 0))
        try fleet.write(.init(count: 1, isDone: false), of: 0)
        var watch = try FleetWatch(folder.path)
        for second in [0.0, 1, 100, 101] {
            watch.look(at: Instant(nanoseconds: 0) + Span(seconds: second))
            #expect(watch.status.workers.map(\.state) == [.waiting])
        }
        watch.look(at: Instant(nanoseconds: 0) + Span(seconds: 102))
        #expect(watch.status.workers.map(\.state) == [.lost])
    }

    @Test(
        "what was said to all is shown; damaged, half-written and strange files say nothing, and a pipe is not waited for"
    )
    func hostile() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FleetWatch.NoFleet.self) { try FleetWatch(folder.path) }
        let fleet = FleetFolder(path: folder.path)
        #expect(try fleet.write(Self.arrival(0, of: 4)))
        _ = try folder.write("fleet.1.ready", "{\"segment\":1,\"count\":4")
        _ = try folder.write("fleet.0.beat", String(repeating: "x", count: 200_000))
        #expect(mkfifo(folder.path + "/fleet.word", 0o600) == 0)
        for name in ["worker-99", "worker--1", "worker-1x", "worker-00", "worker-99999999999999999999"] {
            try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: true)
        }
        var watch = try FleetWatch(folder.path)
        watch.look()
        #expect(watch.status.workers.map(\.state) == [.waiting, .missing, .missing, .missing])
        #expect(watch.status.notes?.count == 1)
        #expect(
            watch.status.notes?[0].contains("of 4 segments there is none 99") == true, "\(watch.status.notes ?? [])")
        try FileManager.default.removeItem(atPath: folder.path + "/fleet.word")
        try fleet.write(.init(refused: ["fleet: worker 1/4 has another scenario file than worker 0"]))
        watch.look()
        #expect(Set(watch.status.workers.map(\.state)) == [.refused])
        #expect(watch.status.isOver)
    }
}

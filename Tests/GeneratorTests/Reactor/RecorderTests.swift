import Measures
import Testing

@testable import Generator

@Suite("Recording: Recorder and FailureNotes") struct RecorderTests {
    /// Meant for 100 ms, begun at 103, connected at 105, secured at 109, first byte at 120.
    private var exchange: Exchange {
        var exchange = Exchange(step: 1, measured: true, intended: at(100))
        exchange.started = at(103)
        exchange.connected = at(105)
        exchange.secured = at(109)
        exchange.firstByte = at(120)
        exchange.sent = 40
        exchange.received = 500
        return exchange
    }

    @Test("An exchange is recorded with all its parts, from the intended start and from the actual one")
    func record() throws {
        var recorder = Recorder(steps: 2, flows: 1)
        defer { recorder.release() }
        recorder.record(exchange, .ok, finished: at(130), isStalled: false)
        recorder.isStamped = false
        recorder.record(exchange, .http5xx, finished: at(150), isStalled: true)
        let interval = recorder.handOver()
        #expect(interval.steps[0] == nil)
        let tally = try #require(interval.steps[1])
        #expect(tally.outcomes.good == 1 && tally.outcomes[.http5xx] == 1)
        // 130 − 100 and 150 − 100; 130 − 103 and 150 − 103.
        #expect(tally[.responseTime]?.minimum == ms(30) && tally[.responseTime]?.maximum == ms(50))
        #expect(tally[.serviceTime]?.minimum == ms(27) && tally[.serviceTime]?.maximum == ms(47))
        #expect(tally[.startLag]?.maximum == ms(3))
        // 120 − 103, 105 − 103, 109 − 105.
        #expect(tally[.firstByte]?.maximum == ms(17))
        #expect(tally[.connect]?.maximum == ms(2))
        #expect(tally[.tls]?.maximum == ms(4))
        #expect(tally.bytesSent == 80 && tally.bytesReceived == 1_000)
        #expect(tally.unstamped == 1 && tally.stalled == 1 && tally.stalledBad == 1)
        #expect(interval.startLag.count == 2)
    }

    @Test("An exchange that the end cuts off has its parts and no length; one that is not measured leaves nothing")
    func cutOff() throws {
        var recorder = Recorder(steps: 2, flows: 1)
        defer { recorder.release() }
        recorder.cutOff(exchange)
        var waiting = Exchange(step: 0, measured: true, intended: at(100))
        recorder.cutOff(waiting)
        waiting.measured = false
        recorder.cutOff(waiting)
        let interval = recorder.handOver()
        #expect(interval.unfinished == 2)
        let tally = try #require(interval.steps[1])
        #expect(tally.outcomes.unfinished == 1 && tally.outcomes.total == 0)
        #expect(tally[.responseTime] == nil && tally[.startLag]?.count == 1 && tally[.firstByte]?.count == 1)
        #expect(interval.steps[0]?[.startLag] == nil)
    }

    @Test("What was handed over is not handed over again; iterations stand with their flow")
    func handOver() {
        var recorder = Recorder(steps: 1, flows: 2)
        defer { recorder.release() }
        recorder.begin(iterationOf: 1)
        recorder.begin(iterationOf: 1)
        recorder.record(iteration: ms(5), of: 1)
        recorder.giveUp(iterationOf: 1, .exhausted)
        let first = recorder.handOver()
        #expect(first.started == 2 && first.iterations == 1 && first.exhausted == 1)
        #expect(first.iterationTimes[0] == nil && first.iterationTimes[1]?.maximum == ms(5))
        #expect(first.iterationCounts[1].begun == 2 && first.iterationCounts[1].givenUp == 1)
        let second = recorder.handOver()
        #expect(second.started == 0 && second.iterationTimes[1] == nil && second.iterationCounts[1].begun == 0)
    }

    @Test("Of a step's failures a hundred are looked at, and five different messages kept")
    func failures() {
        var notes = FailureNotes(steps: 2)
        for failure in 0..<100 {
            #expect(notes.begin(1) == true)
            #expect(notes.keep("message \(failure % 7)", of: 1) == (failure % 7 < 5))
        }
        #expect(!notes.looksAt(1))
        #expect(notes.begin(1) == false)
        #expect(notes.looksAt(0))
        #expect(notes.findings.examples == [[], (0..<5).map { "message \($0)" }])
    }

    @Test("A message without an excerpt has the next answers kept, until one has something to show")
    func excerpts() {
        var notes = FailureNotes(steps: 1)
        #expect(!notes.wantsExcerpt(0))
        #expect(notes.begin(0) && notes.keep("status 500", of: 0))
        notes.keep(excerpt: nil, of: "status 500", step: 0)
        #expect(notes.wantsExcerpt(0) && !notes.hasExcerpt("status 500", of: 0))
        notes.keep(excerpt: "Out of order", of: "status 500", step: 0)
        #expect(!notes.wantsExcerpt(0) && notes.hasExcerpt("status 500", of: 0))
        #expect(notes.findings.excerpts == [["status 500": "Out of order"]])
        for _ in 0..<FailureNotes.explained { #expect(notes.beginExcerpt(0) == true) }
        #expect(notes.beginExcerpt(0) == false)
    }

    @Test("A step's first wrong answers are listed, and no more")
    func wrongAnswers() {
        var notes = FailureNotes(steps: 1)
        for number in 0..<WrongAnswer.kept + 3 {
            #expect(notes.lists(0) == (number < WrongAnswer.kept))
            notes.list(
                WrongAnswer(
                    kind: .value, input: "\(number)", path: nil, expected: nil, observed: nil,
                    time: ms(Int64(number))), of: 0)
        }
        #expect(notes.findings.wrongAnswers[0].map(\.input) == (0..<WrongAnswer.kept).map(String.init))
    }

    @Test("Memory for answers is used again")
    func keptAnswers() {
        var pool = KeptAnswerPool()
        defer { pool.release() }
        let first = pool.take()
        let second = pool.take()
        #expect(first != second)
        pool.giveBack(first)
        #expect(pool.take() == first)
        pool.giveBack(first)
        pool.giveBack(second)
    }
}

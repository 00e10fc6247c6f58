import Measures
import Scenarios
import Testing
import VerificationKit

@testable import CacheVerification

@Suite("A cache's verification against hostile answers")
struct CacheHostileTests {
    @Test("survives whatever a server answers")
    func hostile() throws {
        var random = SeededRandom(seed: 5)
        let names = [
            "Cache-Status", "CF-Cache-Status", "X-Cache", "Age", "ETag", "Date", "Vary", "Cache-Control", "Set-Cookie",
        ]
        let values = [
            "", ",", "a; hit", "a; fwd=stale; fwd-status=304", "HIT", "MISS", "STALE", "0", "-1",
            "99999999999999999999",
            "2147483648", "max-age=99999999999999999999", "max-age=", "s-maxage=\"0\"", "W/\"a\"", "\"", "*",
            "\u{0}\r\n\u{1B}[2J",
            String(repeating: "HIT,", count: 5_000), "sid",
        ]
        var rule = CacheRun.rule
        rule.isColdThenWarm = true
        rule.clear = CacheRun.order("clear")
        rule.vary = [[Header(name: "A", value: Text("1"))], [Header(name: "A", value: Text("2"))]]
        rule.query = [CacheRule.QueryVariant(query: "a", isOther: false)]
        rule.purge = CacheRun.purge
        for _ in 0..<(2 * Seeds.count) {
            var course = try #require(CacheCourse(rule, name: "cdn", maker: CacheRun.maker, fresh: "f"))
            var now = Instant(nanoseconds: Int64(random.next() >> 2))
            while let action = course.nextAction() {
                guard case .send(let batch, _) = action else {
                    course.take(reading: [nil, 0, 1e300, -1e300, .infinity, 17][Int(random.next() % 6)])
                    continue
                }
                var answers = batch.map { planned in
                    let length = Span(nanoseconds: Int64(random.next() % 5_000_000_000))
                    var observed = ObservedExchange(planned: planned, sent: now, received: now + length, outcome: .ok)
                    observed.status = [0, 200, 200, 200, 204, 304, 404, 429, 500, 999][Int(random.next() % 10)]
                    observed.outcome = random.next() % 9 == 0 ? .closedEarly : .ok
                    observed.bodyLength = [0, 5, .max][Int(random.next() % 3)]
                    observed.body = Array("body \(random.next() % 3)".utf8)
                    for _ in 0..<(random.next() % 5) {
                        observed.fields.append(
                            HeaderLine(names[Int(random.next() % 9)], values[Int(random.next() % UInt64(values.count))])
                        )
                    }
                    now = now + Span(nanoseconds: 1_000)
                    return observed
                }
                // A caller that was stopped may give less than was asked for.
                if random.next() % 20 == 0 { answers.removeLast(answers.count / 2) }
                course.take(answers)
                _ = course.report()
            }
            let report = course.report()
            #expect(!report.findings.isEmpty)
            for exhibit in report.findings.flatMap(\.exhibits) {
                #expect(!(exhibit.request + exhibit.answer).unicodeScalars.contains { $0.value < 32 })
                #expect(exhibit.answer.count <= 501)
            }
        }
    }
}

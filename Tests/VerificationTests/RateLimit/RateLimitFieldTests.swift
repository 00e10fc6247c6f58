import Measures
import Testing

@testable import RateLimitVerification
@testable import VerificationKit

@Suite struct RateLimitFieldTests {
    private func notices(_ fields: (String, String)...) -> [RateLimitNotice] {
        RateLimitNotice.all(in: fields.map { HeaderLine($0.0, $0.1) })
    }

    @Test("The draft's fields name policies, what is left, and when it is back")
    func policies() {
        let found = notices(
            ("RateLimit-Policy", "\"burst\";q=100;w=60, \"daily\";q=5000;w=86400"),
            ("RateLimit", "\"burst\";r=50;t=30, \"daily\";r=4000;t=500"))
        var expected = RateLimitNotice(family: .policies)
        expected.limits = [100, 5000]
        expected.windows = [60, 86400]
        expected.remaining = 50
        (expected.reset, expected.resetForm) = (30, .delta)
        #expect(found == [expected])
    }

    @Test(
        "What can't be read is told",
        arguments: [
            ("RateLimit", "\"a\";r=x", "RateLimit: a has no whole number r"),
            ("RateLimit", "\"a\";t=5", "RateLimit: a has no whole number r"),
            ("RateLimit", "\"a\";r=-1", "RateLimit: a has no whole number r"),
            ("RateLimit", "\"a;r=1", "RateLimit: \"a;r=1 is not a list of limits"),
            ("RateLimit", "\"a\";r=1,", "RateLimit: \"a\";r=1, is not a list of limits"),
            ("RateLimit", "\"a\";r=1;t=1.5", "RateLimit: t of a is not a number of seconds"),
            ("RateLimit-Policy", "\"a\";q=1;w=0", "RateLimit-Policy: w of a is not a number of seconds above 0"),
            ("RateLimit-Policy", "\"a\";w=1", "RateLimit-Policy: a has no whole number q"),
            ("X-RateLimit-Limit", "many", "X-RateLimit-Limit: many is not a whole number"),
            ("X-RateLimit-Remaining", "-1", "X-RateLimit-Remaining: -1 is not a whole number"),
            ("X-RateLimit-Reset", "Tue", "X-RateLimit-Reset: Tue is not a number of seconds"),
            ("RateLimit", "limit=100, remaining=x", "RateLimit: remaining=x is not a whole number"),
        ])
    func malformed(name: String, value: String, problem: String) {
        #expect(notices((name, value)).flatMap(\.problems) == [problem])
    }

    @Test("A limit of a policy that isn't named is told")
    func unnamed() {
        let found = notices(("RateLimit-Policy", "\"a\";q=1"), ("RateLimit", "\"b\";r=1"))
        #expect(found.flatMap(\.problems) == ["RateLimit names the policy b, which RateLimit-Policy doesn't"])
    }

    @Test("Older drafts, and resets as seconds from now or since 1970")
    func older() {
        #expect(notices(("RateLimit", "limit=100, remaining=99, reset=5")).first?.remaining == 99)
        #expect(notices(("RateLimit-Limit", "100, 100;w=60"), ("RateLimit-Reset", "7")).first?.limits == [100])
        let delta = notices(("x-ratelimit-reset", "59")).first
        #expect(delta?.reset == 59 && delta?.resetForm == .delta)
        let date = ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")
        let epoch = notices(date, ("X-RateLimit-Reset", "1700000030")).first
        #expect(epoch?.reset == 30 && epoch?.resetForm == .epoch)
        let milliseconds = notices(date, ("X-RateLimit-Reset", "1700000030500")).first
        #expect(milliseconds?.reset == 30.5 && milliseconds?.resetForm == .epochMilliseconds)
        // Without a date there is nothing to count from.
        #expect(notices(("X-RateLimit-Reset", "1700000030")).first?.reset == nil)
        #expect(notices(("Content-Type", "text/plain")) == [])
    }

    @Test("A reset may be a date of ISO 8601, or of HTTP; where the draft has seconds it is named as what it is")
    func dateResets() {
        let date = ("Date", "Tue, 14 Nov 2023 22:13:20 GMT")
        let iso = notices(date, ("X-RateLimit-Reset", "2023-11-14T22:13:50Z")).first
        #expect(iso?.reset == 30 && iso?.resetForm == .iso8601 && iso?.problems == [])
        let fraction = notices(date, ("X-Rate-Limit-Reset", "2023-11-14T23:13:50.250+01:00")).first
        #expect(fraction?.reset == 30.25 && fraction?.resetForm == .iso8601)
        let http = notices(date, ("X-RateLimit-Reset", "Tue, 14 Nov 2023 22:13:50 GMT")).first
        #expect(http?.reset == 30 && http?.resetForm == .httpDate && http?.problems == [])
        #expect(
            notices(date, ("RateLimit-Reset", "2023-11-14T22:13:50Z")).first?.problems
                == ["RateLimit-Reset: 2023-11-14T22:13:50Z is a date of ISO 8601, no number of seconds"])
        for text in [
            "2023-11-14", "2023-11-14T22:13Z", "2023-13-14T22:13:50Z", "2023-11-14T24:13:50Z", "2023-11-14T22:13:50.Z",
            "2023-11-14T22:13:50+1", "2023-11-14T22:13:50Z ", "20x3-11-14T22:13:50Z",
        ] { #expect(ISO8601Instant.seconds(text) == nil, "\(text)") }
        #expect(ISO8601Instant.seconds("1970-01-01T00:00:00") == 0)
    }

    @Test("Dates are those of RFC 9110, with leap years")
    func dates() {
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.seconds("Thu, 29 Feb 2024 12:00:00 GMT") == 1_709_208_000)
        #expect(HTTPDate.seconds("Fri, 01 Mar 2024 12:00:00 GMT") == 1_709_294_400)
        for text in [
            "", "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Now 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT", "1994-11-06", "Sun, 06 Nov 1994 08:49:3٣ GMT",
        ] { #expect(HTTPDate.seconds(text) == nil, "\(text)") }
    }

    @Test("Retry-After is seconds or a date")
    func retryAfter() {
        func value(_ text: String, date: String? = nil) -> RetryAfter {
            RetryAfter([HeaderLine("Retry-After", text)] + (date.map { [HeaderLine("Date", $0)] } ?? []))
        }
        #expect(RetryAfter([]) == .absent)
        #expect(value("120") == .seconds(120))
        #expect(value("0") == .seconds(0))
        #expect(value("Tue, 14 Nov 2023 22:13:50 GMT", date: "Tue, 14 Nov 2023 22:13:20 GMT") == .seconds(30))
        for text in ["", "1.5", "-1", "soon", "Tue, 14 Nov 2023 22:13:50 GMT", "9999999999999"] {
            #expect(value(text) == .malformed(text), "\(text)")
        }
        #expect(RetryAfter([HeaderLine("Retry-After", "1"), HeaderLine("retry-after", "2")]) == .malformed("1, 2"))
    }

    @Test("Structured lists: strings, tokens and all kinds of parameters; nothing breaks the reader")
    func lists() {
        let items = PolicyItem.all(in: #"  "a\"b";q=1;pk=:cHM=:;x;y=?0;z=1.5;s="t" , tok/en;r=-2"#)
        #expect(items?.map(\.name) == ["a\"b", "tok/en"])
        #expect(items?.first?.integer("q") == 1)
        #expect(items?.first?.has("x") == true && items?.first?.integer("z") == nil)
        #expect(items?.last?.integer("r") == -2)
        let text = #""default";q=100;w=60, "b";pk=:YQ==:;x=?1"#
        for end in text.indices { _ = PolicyItem.all(in: String(text[..<end])) }
        for wrong in [
            "", " ", ",", "\"a", "\"a\";", "\"a\";Q=1", "\"a\";q=", "\"a\" \"b\"", "1", "\"a\";q=:x", "é", "\"a\\n\"",
        ] {
            #expect(PolicyItem.all(in: wrong) == nil, "\(wrong)")
        }
    }
}

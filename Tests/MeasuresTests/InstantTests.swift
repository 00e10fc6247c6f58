import Measures
import Testing

/// Arithmetic of time at its bounds: about 292 years on either side.
@Suite("Instants and spans")
struct InstantTests {
    @Test("Sums and differences that are too far stay the furthest, and never become the past")
    func saturation() {
        let second = Span(nanoseconds: 1_000_000_000)
        let most = Span(nanoseconds: .max)
        let least = Span(nanoseconds: .min)
        let now = Instant(nanoseconds: 5)
        #expect(now + second == Instant(nanoseconds: 1_000_000_005))
        #expect(now - second == Instant(nanoseconds: -999_999_995))
        #expect(now + most == .distantFuture)
        #expect(Instant.distantFuture + second == .distantFuture)
        #expect(Instant.distantFuture + most == .distantFuture)
        #expect(now - least == .distantFuture)
        #expect(Instant(nanoseconds: -5) + least == Instant(nanoseconds: .min))
        // -5 - (2^63 - 1) is four less than the least, -2^63.
        #expect(Instant(nanoseconds: -5) - most == Instant(nanoseconds: .min))
        #expect(Instant.distantFuture - Instant(nanoseconds: -1) == most)
        #expect(Instant(nanoseconds: .min) - now == least)
        #expect(most + second == most && least - second == least)
        #expect(second - least == most && second - most == Span(nanoseconds: 1_000_000_000 - Int64.max))
        // Eight thousand years, as far as --start-at can be written.
        #expect(Span(seconds: 8_000 * 365.25 * 86_400) == most)
        #expect(now + Span(seconds: 8_000 * 365.25 * 86_400) > now)
    }
}

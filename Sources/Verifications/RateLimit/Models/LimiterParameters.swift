internal import Scenarios

/// What a way of counting counts up to. Where a number is known only within a tolerance, admissions are held to the
/// larger and rejections to the smaller one.
struct LimiterParameters: Equatable {
    /// Requests per window.
    var limit: ClosedRange<Int>
    /// The window's length in seconds.
    var window: Double
    /// Requests at once after a rest.
    var burst: ClosedRange<Int>
    /// Tokens per second of a bucket.
    var refill: ClosedRange<Double>
    /// How many seconds each the limiter's clock counts in; nil: as finely as the decisions are known.
    var tick: Double?
    /// Seconds between the requests that probed it; 0: they came in bursts. A boundary between two of them is where one is
    /// bound to be, and no coincidence as within a burst.
    var pace = 0.0

    init(limit: Int, window: Double, burst: Int, allowance: Double = 0) {
        self.limit = Self.widened(limit, allowance)
        self.window = window
        self.burst = Self.widened(burst, allowance)
        let rate = Double(limit) / window
        // An implementation may keep the time of one token in whole milliseconds, or thousandths of a request per
        // second as nginx does.
        let rounding = 0.001 + min(0.02, 0.001 * rate)
        refill = rate * (1 - allowance) * (1 - rounding)...rate * (1 + allowance) * (1 + rounding)
    }

    /// What the scenario says.
    init(_ rule: RateLimitRule) {
        self.init(
            limit: rule.limit, window: Self.seconds(rule.window), burst: rule.capacity, allowance: rule.allowance)
    }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// At least one request more or less where anything is allowed.
    private static func widened(_ count: Int, _ allowance: Double) -> ClosedRange<Int> {
        guard allowance > 0 else { return count...count }
        let width = max(1, Int((Double(count) * allowance).rounded(.up)))
        return max(1, count - width)...count + width
    }
}

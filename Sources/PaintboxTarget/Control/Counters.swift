import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

/// What happened since the start.
struct CounterValues: Equatable, Sendable {
    /// Answers by who gave them (``Region/all``, then the edge) and by status class (1xx first).
    var responses = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 3)
    /// Requests handed to each region, whatever became of them.
    var regionRequests = [0, 0]
    /// Requests for cacheable assets that a region was asked for: what an origin behind a CDN sees.
    var originRequests = 0
    var cacheHits = 0
    var cacheMisses = 0
    var cacheExpired = 0
    var cacheBypassed = 0
    var rateLimited = 0
    var dropped = 0
    var webSocketsOpen = 0
    var webSocketsOpened = 0
    var webSocketMessages = 0
    var webSocketsTooSlow = 0
}

/// Counts under one lock, so that a reader never sees half of what a request changed.
final class Counters: Sendable {
    private let state = NIOLockedValueBox(CounterValues())

    /// A consistent copy.
    var values: CounterValues { state.withLockedValue { $0 } }

    /// Counts.
    func change(_ change: (inout CounterValues) -> Void) {
        state.withLockedValue { change(&$0) }
    }

    /// Counts an answer.
    func count(_ response: Response, from region: Region) {
        let kind = min(max(Int(response.status.code) / 100, 1), 5) - 1
        state.withLockedValue { $0.responses[region.index][kind] += 1 }
    }
}

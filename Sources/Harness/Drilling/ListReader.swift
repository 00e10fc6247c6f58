import CLinux
import Failover
import Glibc
import Measures
import Scenarios

/// Reads a list of writes to its end, one page after the other: paced, and bounded in pages, bytes and time.
struct ListReader {
    private let list: AuditList
    private let period: Double
    private let limit: Int64
    private let shouldStop: () -> Bool
    private let send: (String) -> ObservedExchange?

    /// The largest page that is taken, in bytes.
    static let largestPage = 16 << 20
    private static let mostPages = 1_000_000
    /// A page that gets no answer, or one that says that the service fails, is asked for again so often.
    private static let retries = 3

    /// - Parameters:
    ///   - rate: How many pages are asked for a second at most.
    ///   - limit: When it must have ended, by the monotonic clock.
    ///   - send: Asks for the page of a cursor.
    init(
        _ list: AuditList, rate: Double, until limit: Int64, shouldStop: @escaping () -> Bool,
        send: @escaping (String) -> ObservedExchange?
    ) {
        self.list = list
        period = 1 / rate
        self.limit = limit
        self.shouldStop = shouldStop
        self.send = send
    }

    /// Gives all pages in turn. Why they are not all; nil: they are.
    func read(_ take: (ListPage) -> Void) -> String? {
        var cursor = ""
        var before: Set<Int> = []
        for _ in 0..<Self.mostPages {
            let began = loadgate_monotonic()
            switch page(cursor) {
            case .failure(let problem): return problem.description
            case .success(let page):
                take(page)
                guard let next = page.next else { return nil }
                if next == cursor || !before.insert(next.hashValue).inserted {
                    return "its cursor comes back to where it was"
                }
                cursor = next
            }
            wait(period - Double(loadgate_monotonic() - began) / 1e9)
        }
        return "it has more than \(Self.mostPages) pages"
    }

    private struct Problem: Error { var description: String }

    private func page(_ cursor: String) -> Result<ListPage, Problem> {
        var problem = Problem(description: "")
        for attempt in 0...Self.retries {
            if attempt > 0 { wait(1) }
            if shouldStop() { return .failure(Problem(description: "it was interrupted")) }
            if loadgate_monotonic() > limit { return .failure(Problem(description: "it took too long")) }
            guard let answer = send(cursor) else {
                return .failure(Problem(description: "its URL is malformed"))
            }
            guard answer.outcome == .ok else {
                problem = Problem(description: "a page got no answer: \(answer.outcome.label)")
                continue
            }
            guard 200...299 ~= answer.status else {
                problem = Problem(description: "a page was answered with status \(answer.status)")
                if answer.status >= 500 || answer.status == 429 { continue }
                return .failure(problem)
            }
            guard answer.bodyLength <= answer.body.count else {
                return .failure(Problem(description: "a page has more than 16 MiB: ask for smaller ones"))
            }
            do throws(ListPage.Malformed) {
                return .success(try ListPage(answer.body, of: list))
            } catch {
                return .failure(Problem(description: error.description))
            }
        }
        return .failure(problem)
    }

    /// Waits for so many seconds, unless it shall stop.
    private func wait(_ seconds: Double) {
        let end = loadgate_monotonic() + Int64(max(0, seconds) * 1e9)
        while true {
            let left = end - loadgate_monotonic()
            if left <= 0 || shouldStop() { return }
            usleep(UInt32(min(left / 1_000 + 1, 20_000)))
        }
    }
}

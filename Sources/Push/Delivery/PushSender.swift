internal import CLinux
internal import Dispatch
internal import Fetch
internal import Measures
internal import NIOConcurrencyHelpers

/// Sends messages to one receiver, on a thread of its own: whoever offers one never waits.
final class PushSender: Sendable {
    let target: PushTarget
    private let outbox: NIOLockedValueBox<Outbox>
    /// Something was offered.
    private let news = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let onProblem: @Sendable (String) -> Void

    /// Begins.
    ///
    /// - Parameter onProblem: Is told why something was not taken, once.
    init(_ target: PushTarget, onProblem: @escaping @Sendable (String) -> Void) {
        self.target = target
        self.onProblem = onProblem
        outbox = NIOLockedValueBox(Outbox(isCumulative: target.format.isCumulative))
        DispatchQueue(label: "loadgate.push.\(type(of: target.format).name)", qos: .utility).async { [self] in
            work()
            ended.signal()
        }
    }

    /// A further message.
    func offer(_ message: [UInt8]) { change { outbox, _ in outbox.offer(message) } }

    /// The last message.
    func end(_ message: [UInt8]) { change { $0.end(message, at: $1) } }

    /// Sends nothing more.
    func giveUp() { change { $0.giveUp(at: $1) } }

    /// Waits until the last message is sent, or the bound of time for that is over; gives what came of all.
    func wait() -> PushCounts {
        ended.wait()
        return outbox.withLockedValue { $0.counts }
    }

    private func change(_ body: (inout Outbox, Instant) -> Void) {
        outbox.withLockedValue { body(&$0, Self.now) }
        news.signal()
    }

    private static let slack = Span(nanoseconds: 1_000_000_000)

    private static var now: Instant { Instant(nanoseconds: loadgate_monotonic()) }

    // MARK: On the thread

    private func work() {
        var isTold = false
        while true {
            switch outbox.withLockedValue({ $0.next(at: Self.now) }) {
            case .stop: return
            case .wait(let instant):
                guard let instant else {
                    news.wait()
                    continue
                }
                let nanoseconds = max(0, (instant - Self.now).nanoseconds)
                _ = news.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
            case .send(let message, let bound):
                let reception = send(message, by: bound)
                let reason = outbox.withLockedValue { outbox in
                    outbox.take(reception, of: message, at: Self.now, jitter: .random(in: 0.8...1.2))
                    return outbox.counts.reason
                }
                if let reason, !isTold {
                    isTold = true
                    onProblem(reason)
                }
            }
        }
    }

    private func send(_ message: Outbox.Message, by bound: Instant?) -> Reception {
        let left = bound.map { $0 - Self.now } ?? target.timeout
        guard left > .zero else { return .later(after: nil, reason: "no time left to send it") }
        do throws(FetchFailure) {
            // Cut off at the bound below, and not by libcurl a moment before or after it.
            let request = target.request(message.bytes, timeout: left + Self.slack)
            let answer = try Fetch.send(request) { outbox.withLockedValue { $0.isOver(message, at: Self.now) } }
            return target.format.reception(of: answer)
        } catch {
            let isCutOff = outbox.withLockedValue { $0.isOver(message, at: Self.now) }
            return .later(after: nil, reason: isCutOff ? "no answer by the run's end" : error.description)
        }
    }
}

import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// Sessions with another server, each on a thread of its own: some from the start, more while queries wait, up to a bound.
/// A session that has had nothing to do for a while ends, unless it is one of the first.
///
/// `@unchecked Sendable`: all that changes is behind the lock; a session stays on its thread.
final class SessionPool<Session>: @unchecked Sendable {
    /// A job is done on a session's thread.
    typealias Job = @Sendable (Session) -> Void

    private struct State {
        var usage = PoolUsage()
        var jobs: [Job] = []
        /// The index of the first job not yet taken; those before it are gone.
        var next = 0
        var isStopped = false
    }

    private let lock = NIOLockedValueBox(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let size: ClosedRange<Int>
    private let idle: DispatchTimeInterval
    private let open: @Sendable () -> Session

    /// Opens the first sessions. `idle`: how long one beyond them may have nothing to do.
    init(size: ClosedRange<Int>, idle: DispatchTimeInterval = .seconds(30), open: @escaping @Sendable () -> Session) {
        self.size = size
        self.idle = idle
        self.open = open
        lock.withLockedValue { $0.usage.open = size.lowerBound }
        for _ in 0..<size.lowerBound { start() }
    }

    /// How it is used now. A job that a free session is about to take does not wait.
    var usage: PoolUsage {
        lock.withLockedValue { state in
            var usage = state.usage
            usage.waiting = max(0, state.jobs.count - state.next - (usage.open - usage.active))
            return usage
        }
    }

    /// Has a session do the job, as soon as one is free.
    func submit(_ job: @escaping Job) {
        let opens = lock.withLockedValue { state in
            state.jobs.append(job)
            let free = state.usage.open - state.usage.active
            guard state.jobs.count - state.next > free, state.usage.open < size.upperBound, !state.isStopped else {
                return false
            }
            state.usage.open += 1
            return true
        }
        arrivals.signal()
        if opens { start() }
    }

    /// Ends the sessions once their jobs are done; jobs that none has taken are left.
    func stop() {
        let open = lock.withLockedValue { state in
            state.isStopped = true
            return state.usage.open
        }
        for _ in 0..<open { arrivals.signal() }
    }

    private func start() {
        let thread = Thread { [self] in work(open()) }
        thread.name = "paintbox.session"
        thread.start()
    }

    private enum Turn {
        case job(Job)
        case nothing
        case end
    }

    private func work(_ session: Session) {
        while true {
            let isIdle = arrivals.wait(timeout: .now() + idle) == .timedOut
            switch lock.withLockedValue({ turn(&$0, isIdle: isIdle) }) {
            case .end: return
            case .nothing: continue
            case .job(let job):
                job(session)
                lock.withLockedValue { state in
                    state.usage.active -= 1
                    state.usage.done += 1
                }
            }
        }
    }

    private func turn(_ state: inout State, isIdle: Bool) -> Turn {
        if state.isStopped || (isIdle && state.next == state.jobs.count && state.usage.open > size.lowerBound) {
            state.usage.open -= 1
            return .end
        }
        guard state.next < state.jobs.count else { return .nothing }
        let job = state.jobs[state.next]
        state.next += 1
        // Those taken go in one piece, so that taking one costs no move of the others.
        if state.next == state.jobs.count || state.next > 4_096 {
            state.jobs.removeFirst(state.next)
            state.next = 0
        }
        state.usage.active += 1
        return .job(job)
    }
}

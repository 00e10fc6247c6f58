import Dispatch
import NIOConcurrencyHelpers

/// Something that is set once.
final class Flag: Sendable {
    private let value = NIOLockedValueBox(false)

    var isSet: Bool { value.withLockedValue { $0 } }

    func set() { value.withLockedValue { $0 = true } }
}

/// Work beside a run.
final class BesideThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "beside").async { [ended] in
            work()
            ended.signal()
        }
    }

    func finish() { ended.wait() }
}

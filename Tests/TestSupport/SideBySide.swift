import Foundation
import NIOConcurrencyHelpers

/// Does things at the same time that mostly wait, or that race with each other. Each on a thread of its own:
/// `DispatchQueue.concurrentPerform` has no more of them than there are processors, and suits what computes.
public enum SideBySide {
    /// Calls `body` with each number from 0 to `count` − 1, for `atOnce` of them at a time, and waits until all are done.
    public static func run(_ count: Int, atOnce: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let next = NIOLockedValueBox(0)
        let running = DispatchGroup()
        for _ in 0..<min(atOnce, count) {
            running.enter()
            Thread {
                defer { running.leave() }
                while true {
                    let number = next.withLockedValue { next in
                        defer { next += 1 }
                        return next
                    }
                    guard number < count else { return }
                    body(number)
                }
            }.start()
        }
        running.wait()
    }
}

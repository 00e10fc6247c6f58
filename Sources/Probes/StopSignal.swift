import CLinux
import Glibc
import Measures
import NIOConcurrencyHelpers

/// Says to everything that waits for descriptors that it is time to stop.
final class StopSignal: Sendable {
    /// Becomes readable with the signal, and stays so; below 0 where the process had no descriptor left.
    let descriptor: Int32
    private let raised = NIOLockedValueBox(false)

    init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Gives the signal, for good.
    func raise() {
        raised.withLockedValue { $0 = true }
        var one: UInt64 = 1
        if descriptor >= 0 { _ = write(descriptor, &one, MemoryLayout<UInt64>.size) }
    }

    /// True once the signal was given.
    var isRaised: Bool { raised.withLockedValue { $0 } }

    /// Waits for the signal; true where it came in time.
    func wait(nanoseconds: Int64) -> Bool {
        let deadline = loadgate_monotonic().addingSaturated(nanoseconds)
        while !isRaised {
            let left = deadline - loadgate_monotonic()
            guard left > 0 else { return false }
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Rounded up, so that the time is over when it returns. Without a descriptor nothing ends it before.
            let milliseconds = (left + 999_999) / 1_000_000
            poll(&request, 1, Int32(clamping: descriptor < 0 ? min(100, milliseconds) : milliseconds))
        }
        return true
    }
}

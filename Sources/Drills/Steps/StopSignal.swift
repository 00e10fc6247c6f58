internal import CLinux
internal import Glibc
internal import NIOConcurrencyHelpers

/// Tells those who wait that it is time to stop. Once told it stays so.
public final class StopSignal: Sendable {
    /// Becomes readable when it is told.
    public let descriptor: Int32
    private let told = NIOLockedValueBox(false)

    /// One that was not told yet.
    public init() { descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// True once it was told.
    public var isTold: Bool { told.withLockedValue { $0 } }

    /// Tells it.
    public func tell() {
        told.withLockedValue { $0 = true }
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits until it is told, so many milliseconds at most. True where it was.
    @discardableResult
    public func wait(milliseconds: Int32) -> Bool {
        let deadline = loadgate_monotonic() + Int64(milliseconds) * 1_000_000
        while !isTold {
            let left = (deadline - loadgate_monotonic() + 999_999) / 1_000_000
            guard left > 0 else { return false }
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&request, 1, Int32(clamping: left))
        }
        return true
    }
}

import CLinux
import Glibc
import NIOConcurrencyHelpers

/// Messages to a reactor, which waits in epoll: an eventfd wakes it.
final class Mailbox<Message: Sendable>: Sendable {
    private let messages = NIOLockedValueBox<[Message]>([])
    /// Readable while messages may wait.
    let descriptor: Int32

    /// Throws errno where the process has no descriptor left.
    init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        if descriptor < 0 { throw SystemError(code: errno, doing: "eventfd") }
    }

    deinit { close(descriptor) }

    func post(_ message: Message) {
        messages.withLockedValue { $0.append(message) }
        eventfd_write(descriptor, 1)
    }

    /// Takes all messages.
    func drain() -> [Message] {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        return messages.withLockedValue { messages in
            defer { messages.removeAll() }
            return messages
        }
    }
}

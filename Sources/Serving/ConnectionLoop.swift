import CLinux
import Glibc

/// A connection that a `ConnectionLoop` serves: a value that does what can be done without waiting.
package protocol ServedConnection {
    /// Its socket, which does not block.
    var descriptor: Int32 { get }
    /// What it waits for: `POLLIN` or `POLLOUT`.
    var interest: Int16 { get }
    /// When it is closed, whatever it is at, by the monotonic clock in nanoseconds.
    var deadline: Int64 { get }
}

/// The loop of a small server on a thread of its own: few connections at a time, each only until its deadline. No one who
/// connects can make it wait for one of them.
package struct ConnectionLoop<Connection: ServedConnection> {
    /// The socket that listens; it does not block.
    let listener: Int32
    /// Readable once the loop has to end.
    let wake: Int32
    /// The most connections at a time; others wait to be accepted.
    let limit: Int
    /// How long nothing is accepted after it failed, for example for want of descriptors, in nanoseconds.
    let pause: Int64

    /// Puts it together; neither descriptor is closed by it.
    package init(listener: Int32, wake: Int32, limit: Int, pause: Int64) {
        self.listener = listener
        self.wake = wake
        self.limit = limit
        self.pause = pause
    }

    /// Serves until `wake` is readable, and closes what is open then.
    ///
    /// - Parameters:
    ///   - open: The connection of a socket that was accepted, and when that was.
    ///   - advance: Does what a connection can do at this time; false where it is at its end.
    package func run(
        open: (_ descriptor: Int32, _ now: Int64) -> Connection,
        advance: (_ connection: inout Connection, _ now: Int64) -> Bool
    ) {
        var connections: [Connection] = []
        var acceptsFrom: Int64 = 0
        defer { for connection in connections { close(connection.descriptor) } }
        while true {
            let now = loadgate_monotonic()
            let accepts = connections.count < limit && now >= acceptsFrom
            var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            polled.append(pollfd(fd: accepts ? listener : -1, events: Int16(POLLIN), revents: 0))
            polled += connections.map { pollfd(fd: $0.descriptor, events: $0.interest, revents: 0) }
            let dues = connections.map(\.deadline) + (now < acceptsFrom ? [acceptsFrom] : [])
            // Rounded up: a wait that ends before its time would be begun again at once.
            let wait = dues.min().map { Int32(clamping: max(0, ($0 - now + 999_999) / 1_000_000)) } ?? -1
            guard poll(&polled, nfds_t(polled.count), wait) >= 0 || errno == EINTR else { return }
            if polled[0].revents != 0 { return }

            let after = loadgate_monotonic()
            var kept: [Connection] = []
            for (index, connection) in connections.enumerated() {
                var connection = connection
                let isReady = polled[index + 2].revents != 0
                if after < connection.deadline, !isReady || advance(&connection, after) {
                    kept.append(connection)
                } else {
                    close(connection.descriptor)
                }
            }
            connections = kept
            if polled[1].revents != 0 {
                let descriptor = loadgate_accept(listener)
                if descriptor >= 0 {
                    connections.append(open(descriptor, after))
                } else if descriptor != -EAGAIN, descriptor != -ECONNABORTED, descriptor != -EINTR {
                    acceptsFrom = after + pause
                }
            }
        }
    }
}

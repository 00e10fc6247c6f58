import CCurl
import CLinux
import Glibc
import NIOConcurrencyHelpers
import Synchronization

/// Sees to it, from another thread, that a call into libcurl comes back.
///
/// libcurl reads on for as long as a connection has bytes, and some bytes mean nothing to it: empty frames of HTTP/2, frames
/// of a stream that has ended. A peer that sends them without end would keep the reactor inside one call, beyond every
/// deadline and signal. Such a call is told from one on a busy machine by the *processor time* of the reactor's thread: a
/// call that has used `patience` of it loses its connection, which ends it. Where the call is about all connections it is
/// the one that took in most meanwhile: those that wait for their turn take in nothing once their buffer is full.
final class CurlWatch: Sendable {
    /// Processor time in one call, in nanoseconds. Calls take microseconds; those that decode a large answer, milliseconds.
    static let patience: Int64 = 1_000_000_000
    /// How often `check` is to be called, in milliseconds.
    static let period = 250

    /// What `check` saw when it was called last.
    private struct Sighting {
        var call: UInt64 = 0
        var processorTime: Int64 = 0
        /// By socket, the bytes that had come in when the call was seen for the second time.
        var received: [Int32: Int64]?
    }

    /// Counts up when a call begins and when it ends: odd within one.
    private let calls = Atomic<UInt64>(0)
    /// The socket that the call is about; -1: any.
    private let subject = Atomic<Int32>(-1)
    /// The call that lost its connection.
    private let cutCall = Atomic<UInt64>(0)
    private let quits = Atomic<Bool>(false)
    /// The clock of the reactor's thread; nil before it runs.
    private let clock = NIOLockedValueBox<clockid_t?>(nil)
    private let sockets = NIOLockedValueBox<Set<Int32>>([])
    private let sighting = NIOLockedValueBox(Sighting())

    // MARK: The reactor's side

    /// The calling thread is the one whose calls are watched, up to `resign`.
    func begin() {
        var id = clockid_t()
        guard pthread_getcpuclockid(pthread_self(), &id) == 0 else { return }
        clock.withLockedValue { $0 = id }
    }

    /// The thread goes back to where it came from.
    func resign() { clock.withLockedValue { $0 = nil } }

    /// Carries out a call into libcurl that is about a socket, or about any (-1).
    func watch(_ descriptor: Int32, _ call: () -> Void) {
        subject.store(descriptor, ordering: .relaxed)
        calls.add(1, ordering: .releasing)
        call()
        calls.add(1, ordering: .releasing)
    }

    /// True within a call that has lost its connection.
    var isCut: Bool {
        let call = calls.load(ordering: .relaxed)
        return call % 2 == 1 && cutCall.load(ordering: .acquiring) == call
    }

    /// libcurl was given a socket.
    func opened(_ descriptor: Int32) { _ = sockets.withLockedValue { $0.insert(descriptor) } }

    /// A socket is about to be closed.
    func closes(_ descriptor: Int32) { _ = sockets.withLockedValue { $0.remove(descriptor) } }

    /// True once the run is to end at once.
    var isQuitting: Bool { quits.load(ordering: .relaxed) }

    // MARK: The other side

    /// Ends what is under way: the next bytes of an answer end its transfer.
    func quit() { quits.store(true, ordering: .relaxed) }

    /// Cuts the connection of a call that does not come back. To be called every `period`, by one thread.
    func check() {
        let call = calls.load(ordering: .acquiring)
        guard call % 2 == 1, let now = processorTime() else { return }
        let subject = subject.load(ordering: .relaxed)
        sighting.withLockedValue { sighting in
            guard sighting.call == call else {
                sighting = Sighting(call: call, processorTime: now)
                return
            }
            // While they are locked none is closed, and so none of the numbers is given to another file.
            sockets.withLockedValue { sockets in
                guard let received = sighting.received else {
                    sighting.received = Dictionary(
                        uniqueKeysWithValues: sockets.map { ($0, loadgate_bytes_received($0)) })
                    return
                }
                guard now - sighting.processorTime >= Self.patience, calls.load(ordering: .acquiring) == call else {
                    return
                }
                let growth = sockets.filter { subject < 0 || $0 == subject }
                    .map { (socket: $0, bytes: loadgate_bytes_received($0) - received[$0, default: 0]) }
                guard let culprit = growth.max(by: { $0.bytes < $1.bytes }), culprit.bytes > 0 else { return }
                cutCall.store(call, ordering: .releasing)
                shutdown(culprit.socket, Int32(SHUT_RDWR))
                // Another one has the same patience from now on.
                sighting = Sighting(call: call, processorTime: now)
            }
        }
    }

    /// Of the reactor's thread, in nanoseconds.
    private func processorTime() -> Int64? {
        clock.withLockedValue { clock in
            guard let clock else { return nil }
            var time = timespec()
            guard clock_gettime(clock, &time) == 0 else { return nil }
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
    }
}

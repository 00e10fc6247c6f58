import CLinux
import Dispatch
import Glibc

/// A server on loopback that answers every request with two bytes, for as long as a rehearsal takes.
///
/// `@unchecked Sendable`: after `init` the descriptors don't change, and all else is the serving thread's.
final class RehearsalServer: @unchecked Sendable {
    /// Where it listens.
    let url: String
    private let listener: Int32
    private let bell: Int32
    private let ended = DispatchSemaphore(value: 0)
    /// How long it serves at most, in milliseconds, and how many connections.
    private static let patience: Int64 = 2_000
    private static let connections = 64
    private static let answer: StaticString = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Nil where this machine has no loopback address, or no descriptor left.
    init?() {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var storage = sockaddr_storage()
        withUnsafeBytes(of: &address) { bytes in withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) } }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = loadgate_bound_socket(&storage, length)
        guard listener >= 0 else { return nil }
        let bell = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        let isNamed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) == 0 }
        }
        guard bell >= 0, isNamed, listen(listener, Int32(Self.connections)) == 0 else {
            close(listener)
            if bell >= 0 { close(bell) }
            return nil
        }
        self.listener = listener
        self.bell = bell
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        DispatchQueue(label: "loadgate.rehearsal", qos: .userInteractive).async { self.serve() }
    }

    /// Ends it.
    func stop() {
        eventfd_write(bell, 1)
        ended.wait()
        close(listener)
        close(bell)
    }

    private func serve() {
        var descriptors = [bell, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let end = loadgate_monotonic() + Self.patience * 1_000_000
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while loadgate_monotonic() < end {
            let ready = poll(&descriptors, nfds_t(descriptors.count), Int32(Self.patience))
            guard ready > 0, descriptors[0].revents == 0 else { break }
            for index in descriptors.indices.dropFirst(2).reversed() where descriptors[index].revents != 0 {
                if !answer(descriptors[index].fd, &buffer) {
                    close(descriptors[index].fd)
                    descriptors.remove(at: index)
                }
            }
            guard descriptors[1].revents != 0 else { continue }
            let connection = loadgate_accept(listener)
            guard connection >= 0 else { continue }
            if descriptors.count < Self.connections {
                descriptors.append(pollfd(fd: connection, events: Int16(POLLIN), revents: 0))
            } else {
                close(connection)
            }
        }
        for descriptor in descriptors.dropFirst(2) { close(descriptor.fd) }
        ended.signal()
    }

    /// Answers a request, which is short enough to come in one piece; false where the connection has ended.
    private func answer(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
        let count = loadgate_read(connection, &buffer, buffer.count)
        if count == -Int64(EAGAIN) || count == -Int64(EINTR) { return true }
        return count > 0 && loadgate_send(connection, Self.answer.utf8Start, Self.answer.utf8CodeUnitCount) > 0
    }
}

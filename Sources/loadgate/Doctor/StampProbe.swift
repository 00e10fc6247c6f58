import CLinux
import Glibc

/// Sends a byte to itself over loopback and looks for the kernel's receive stamp.
enum StampProbe {
    static func isStamped() -> Bool {
        let listener = loadgate_tcp_socket(AF_INET)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { return false }
        let client = loadgate_tcp_socket(AF_INET)
        defer { close(client) }
        var storage = sockaddr_storage()
        withUnsafeBytes(of: &address) { bytes in withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) } }
        _ = loadgate_connect(client, &storage, length)
        guard wait(listener) else { return false }
        let server = accept(listener, nil, nil)
        guard server >= 0, loadgate_request_receive_stamps(server) == 0 else { return false }
        defer { close(server) }
        // The kernel begins to stamp a moment after it is first asked to, so one byte may come without.
        for _ in 0..<20 {
            var byte: UInt8 = 1
            guard loadgate_send(client, &byte, 1) == 1, wait(server) else { return false }
            var stamp: Int64 = 0
            guard loadgate_receive(server, &byte, 1, &stamp) == 1 else { return false }
            if stamp != 0 { return true }
            usleep(1_000)
        }
        return false
    }

    private static func wait(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 1_000) == 1
    }
}

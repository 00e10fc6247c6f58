internal import CLinux
import Glibc

/// The kernel's receive stamps (socket(7), SO_TIMESTAMPNS), kept on for the life of the process.
///
/// The kernel stamps packets only while a socket on the machine asks for it, begins a moment after the first one asks (it
/// patches its own code, and does so later: `net_enable_timestamp`), and ends with the last. Where every exchange has a
/// connection of its own, the answers on the first ones would therefore come without a stamp, again and again. So a
/// socket that nobody else sends to asks as long as the process lives.
enum ReceiveStamps {
    /// The kernel stamps when this was called, unless it can't be asked.
    static func keep() { _ = socket }

    /// How often it is looked whether the kernel stamps by now, a millisecond apart.
    private static let looks = 50

    private static let socket: Int32 = {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_INET, kind, 0)
        guard descriptor >= 0, loadgate_request_receive_stamps(descriptor) == 0, connectToItself(descriptor) else {
            return descriptor
        }
        for _ in 0..<looks {
            var byte: UInt8 = 0
            var stamp: Int64 = 0
            guard loadgate_send(descriptor, &byte, 1) == 1 else { break }
            if loadgate_receive(descriptor, &byte, 1, &stamp) == 1, stamp != 0 { break }
            usleep(1_000)
        }
        return descriptor
    }()

    /// On loopback, where nothing else can send to it then.
    private static func connectToItself(_ descriptor: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                    && connect(descriptor, $0, length) == 0
            }
        }
    }
}

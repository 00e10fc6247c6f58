import CLinux
import Glibc
public import Scenarios

/// A question to a name server on this machine, and what it answers: for looking from outside at what clients get.
public struct NameQuestion {
    private let name: String
    private let address: HostPort

    /// Milliseconds that an answer may take.
    private static let patience: Int32 = 500
    private static let cut: UInt8 = 0x02

    /// Asks for a name's addresses.
    public init(_ name: String, of hostPort: HostPort) {
        self.name = name
        self.address = hostPort
    }

    /// The numeric addresses, those of IPv4 first; nil: there is no answer.
    public var addresses: [String]? {
        guard let four = ask(DNSQuery.addressType), let six = ask(DNSQuery.longAddressType) else { return nil }
        return four + six
    }

    /// True where two lists name the same addresses, however they are written and ordered.
    public static func isSame(_ left: [String], _ right: [String]) -> Bool {
        func plain(_ addresses: [String]) -> Set<[UInt8]> {
            Set(addresses.map { (try? ServedName.bytes(of: $0, name: "")) ?? Array($0.utf8) })
        }
        return plain(left) == plain(right)
    }

    private func ask(_ type: UInt16) -> [String]? {
        var message: [UInt8] = [UInt8.random(in: 0...255), UInt8.random(in: 0...255), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") { message += [UInt8(label.utf8.count)] + Array(label.utf8) }
        message += [0, UInt8(type >> 8), UInt8(truncatingIfNeeded: type), 0, UInt8(DNSQuery.internet)]
        guard var answer = exchange(SOCK_DGRAM, message) else { return nil }
        if answer.count > 2, answer[2] & Self.cut != 0 {
            let framed = [UInt8(message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
            guard let whole = exchange(SOCK_STREAM, framed), whole.count > 2 else { return nil }
            answer = Array(whole[2...])
        }
        return Self.addresses(in: answer, to: message)
    }

    /// The records of an answer to this very question; nil where it is none.
    private static func addresses(in answer: [UInt8], to message: [UInt8]) -> [String]? {
        guard answer.count >= message.count, answer[..<2] == message[..<2], answer[2] & 0x80 != 0, answer[3] & 0x0F == 0
        else { return nil }
        var addresses: [String] = []
        var index = message.count
        for _ in 0..<(Int(answer[6]) << 8 | Int(answer[7])) {
            // As `DNSQuery` writes them: a pointer to the name, type, class, lifetime, size.
            guard index + 12 <= answer.count else { return nil }
            let size = Int(answer[index + 10]) << 8 | Int(answer[index + 11])
            guard index + 12 + size <= answer.count, size == 4 || size == 16 else { return nil }
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let bytes = Array(answer[(index + 12)..<(index + 12 + size)])
            guard inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
                return nil
            }
            addresses.append(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            index += 12 + size
        }
        return addresses
    }

    private func exchange(_ type: __socket_type, _ message: [UInt8]) -> [UInt8]? {
        guard let (address, length) = try? NameService.loopback(address) else { return nil }
        let descriptor = socket(Int32(address.ss_family), Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let status = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard status == 0, send(descriptor, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
            return nil
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.patience) > 0 else { return nil }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
            if type == SOCK_DGRAM { return received }
            if received.count >= 2, received.count >= 2 + (Int(received[0]) << 8 | Int(received[1])) { return received }
        }
    }
}

import CLinux
import Dispatch
import Glibc
import NIOConcurrencyHelpers
import Scenarios
import TestSupport

/// A name server over UDP whose every byte a test decides; on a port of the kernel's choice.
final class ScriptedNameServer: Sendable {
    let address: HostPort
    private let descriptor: Int32
    private let asked = NIOLockedValueBox(0)
    private let isStopped = NIOLockedValueBox(false)
    private let ended = DispatchSemaphore(value: 0)

    /// `answer`: what a message and its number, from 0, are answered; nil: nothing.
    init(_ answer: @escaping @Sendable (_ message: [UInt8], _ number: Int) -> [UInt8]?) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestFailure("bind: errno \(errno)") }
        self.address = HostPort(host: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port)))
        DispatchQueue(label: "scripted names").async { [self] in
            serve(answer)
            ended.signal()
        }
    }

    deinit { close(descriptor) }

    /// Messages so far.
    var count: Int { asked.withLockedValue { $0 } }

    func stop() {
        isStopped.withLockedValue { $0 = true }
        ended.wait()
    }

    private func serve(_ answer: (_ message: [UInt8], _ number: Int) -> [UInt8]?) {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !isStopped.withLockedValue({ $0 }) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10) > 0 else { continue }
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { continue }
            let number = asked.withLockedValue { asked in
                defer { asked += 1 }
                return asked
            }
            guard let bytes = answer(Array(buffer[..<count]), number) else { continue }
            withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(descriptor, bytes, bytes.count, 0, $0, length)
                }
            }
        }
    }

    /// An answer to a message: records of type, TTL and data behind its question. `code`: 0 for no error.
    static func answer(_ message: [UInt8], code: UInt8 = 0, _ records: [(type: UInt8, ttl: UInt32, data: [UInt8])] = [])
        -> [UInt8]
    {
        var bytes = Array(message[..<2]) + [0x85, 0x80 | code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += message[12..<(questionEnd(message))]
        // What follows an alias is said of the name that it leads to.
        var name = UInt8(12)
        for record in records {
            bytes += [0xC0, name, 0, record.type, 0, 1]
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: record.ttl >> (24 - 8 * $0)) }
            bytes += [0, UInt8(record.data.count)] + record.data
            if record.type == 5 { name = UInt8(bytes.count - record.data.count) }
        }
        return bytes
    }

    /// The type that a message asks for: 1 for A, 28 for AAAA.
    static func type(of message: [UInt8]) -> UInt8 { message[questionEnd(message) - 3] }

    private static func questionEnd(_ message: [UInt8]) -> Int {
        var index = 12
        while message[index] != 0 { index += Int(message[index]) + 1 }
        return index + 5
    }
}

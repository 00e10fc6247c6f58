import CLinux
import Glibc

/// A request as a `LimiterServer` reads it.
struct LimiterRequest {
    let method: String
    let target: String
    private let fields: [(name: String, value: String)]

    /// The next request of a connection, its body read and forgotten; nil where there is none.
    static func read(_ channel: ServerChannel, _ input: inout [UInt8]) -> LimiterRequest? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = input.firstRange(of: end) {
                guard let request = LimiterRequest(String(decoding: input[..<range.lowerBound], as: UTF8.self)) else {
                    return nil
                }
                let total = range.upperBound + (request.field("Content-Length").flatMap(Int.init) ?? 0)
                while input.count < total { if !receive(channel, &input) { return nil } }
                input.removeFirst(total)
                return request
            }
            guard input.count < 65_536, receive(channel, &input) else { return nil }
        }
    }

    private static func receive(_ channel: ServerChannel, _ input: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = buffer.withUnsafeMutableBufferPointer { channel.receive($0) }
        guard count > 0 else { return false }
        input += buffer[..<count]
        return true
    }

    private init?(_ head: String) {
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
    }

    /// The value of a field; nil where it is absent.
    func field(_ name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }
}

/// Where a connection comes from.
enum PeerAddress {
    /// The numeric address without the port.
    static func text(of descriptor: Int32) -> String {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getpeername(descriptor, $0, &length) }
        }
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return [24, 16, 8, 0].map { String(number >> UInt32($0) & 255) }.joined(separator: ".")
    }
}

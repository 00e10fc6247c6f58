import Glibc
import Measures
import NameServer
import Scenarios

/// Messages to a drill's name server, over UDP and TCP: whatever came, the next question gets its answer.
struct NameServerTarget: FuzzTarget {
    let name = "questions to the name server"

    /// A question for an address of api.test, with a number.
    private static func question(_ number: UInt16, type: UInt8 = 1) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 255), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3] + Array("api".utf8) + [4]
            + Array("test".utf8) + [0, 0, type, 0, 1]
    }

    let corpus: [[UInt8]] = [
        question(0x1234), question(0x1234, type: 28), question(0x1234, type: 255),
        // With EDNS, with two questions, an answer itself, another operation, a name of labels up to the limit.
        Array(question(7).dropLast(0)) + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3] + Array("api".utf8) + [4] + Array("test".utf8) + [
            0, 0, 1, 0, 1, 0xC0, 12,
        ],
        [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1],
        [0, 1, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1],
        [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
            + Array(repeatElement([63] + Array(repeatElement(97, count: 63)), count: 3).joined())
            + [0, 0, 1, 0, 1],
    ]

    let words: [[UInt8]] = [
        [0xC0, 12], [0xC0, 0xFF], [0], [63], [64], [255], [0, 255], [0, 1, 0, 1], [3, 97, 112, 105], [46],
        [0xC3, 0xA9], [0, 29],
        [0xFF, 0xFF],
    ]

    private let server: NameServer
    private let port: Int
    private var number: UInt16 = 0
    private var asked: Int32 = -1

    /// Starts the server.
    init() throws(BrokenRule) {
        do {
            let addresses = ["127.0.0.2", "::1"] + (3..<60).map { "127.0.0.\($0)" }
            server = try NameServer([NameDeclaration(name: "api.test", addresses: addresses)])
            port = try server.listen(on: HostPort(host: "127.0.0.1", port: 0)).port
        } catch {
            throw BrokenRule(what: "it can't be started: \(error)")
        }
    }

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        if random.below(8) == 0 { return try overTCP(input, random: &random) }
        if asked < 0 { asked = LoopbackClient.connected(port: port, SOCK_DGRAM) ?? -1 }
        try BrokenRule.unless(asked >= 0, "no socket: errno \(errno)")
        // Of another number than what the input may have been given an answer with.
        number &+= 1
        if input.count >= 2, input[0] == UInt8(number >> 8), input[1] == UInt8(number & 255) { number &+= 1 }
        let next = Self.question(number)
        send(asked, input, input.count, Int32(MSG_NOSIGNAL))
        send(asked, next, next.count, Int32(MSG_NOSIGNAL))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isAnswered = false
        while true {
            let count = recv(asked, &buffer, buffer.count, 0)
            try BrokenRule.unless(count >= 0, "the next question is not answered")
            try BrokenRule.unless(count >= 12 && count <= 512, "an answer of \(count) bytes")
            try BrokenRule.unless(buffer[2] & 0x80 != 0, "an answer that is a question")
            if buffer[0] == next[0], buffer[1] == next[1] {
                try BrokenRule.unless(buffer[3] & 15 == 0 && buffer[7] > 0, "the next question gets no address")
                return isAnswered
            }
            try BrokenRule.unless(!isAnswered, "one message has two answers")
            try BrokenRule.unless(Array(buffer[..<2]) == Array(input.prefix(2)), "an answer to nothing that was asked")
            isAnswered = buffer[3] & 15 == 0
        }
    }

    private func overTCP(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        // Mostly as long as it says.
        let size = random.below(4) == 0 ? Int(random.below(65_536)) : input.count
        let bytes = [UInt8(size >> 8 & 255), UInt8(size & 255)] + input
        let answer = LoopbackClient.exchange(port: port, bytes, pieces: bytes.randomPieces(&random), limit: 1 << 20)
        guard let answer else { throw BrokenRule(what: "the connection is not ended") }
        var rest = answer[...]
        var count = 0
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            try BrokenRule.unless(length >= 12 && rest.count >= 2 + length, "an answer that is not whole")
            rest = rest.dropFirst(2 + length)
            count += 1
        }
        try BrokenRule.unless(rest.isEmpty, "an answer that is not whole")
        return count > 0
    }

    mutating func release() {
        server.stop()
        if asked >= 0 { close(asked) }
        asked = -1
    }
}

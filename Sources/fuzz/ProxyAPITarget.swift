import FaultProxy
import Measures
import Scenarios

/// The fault proxy's API as a whole, over a connection each: whatever is asked, it answers in HTTP, ends the connection, and
/// serves the next client.
struct ProxyAPITarget: FuzzTarget {
    let name = "the fault proxy's API"

    let corpus: [[UInt8]] =
        APIRequestTarget().corpus
        + [
            ("POST", "/proxies", #"{"name":"q","listen":"127.0.0.1:0","upstream":"127.0.0.1:9","enabled":true}"#),
            ("POST", "/populate", #"[{"name":"p","listen":"127.0.0.1:0","upstream":"127.0.0.1:9"},{"name":"r"}]"#),
            ("PATCH", "/proxies/p", #"{"enabled":false,"upstream":"[::1]:9"}"#),
            (
                "POST", "/proxies/p/toxics",
                #"{"type":"latency","toxicity":0.5,"attributes":{"latency":10,"jitter":-1}}"#
            ),
            (
                "POST", "/proxies/p/toxics",
                #"{"name":"t","type":"slicer","stream":"upstream","attributes":{"delay":9}}"#
            ),
            ("POST", "/proxies/p/toxics/t", #"{"attributes":{"average_size":9223372036854775807},"toxicity":1e38}"#),
            ("DELETE", "/proxies/p/toxics/t", ""), ("DELETE", "/proxies/q", ""), ("GET", "/proxies/p/toxics", ""),
            ("POST", "/reset", ""),
        ].map { method, path, body in
            let type = "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)"
            return Array("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(type)\r\n\r\n\(body)".utf8)
        }

    let words =
        APIRequestTarget().words
        + [
            "{", "}", "[", "]", "\"", "null", "true", "-1", "1e999", "9223372036854775808", "\\u0000", "\\ud800",
            "\"name\":",
            "\"type\":", "timeout", "reset_peer", "limit_data", "bandwidth", "slow_close", "%2f", "%00", "//",
        ].map { Array($0.utf8) }

    /// A proxy whose order was mutated stays until then.
    private static let inputsOfOne = 64
    private static let answerLimit = 4 << 20

    private var proxy: FaultProxy?
    private var port = 0
    private var inputs = 0

    mutating func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        if inputs % Self.inputsOfOne == 0 { try begin() }
        inputs += 1
        let pieces = input.randomPieces(&random)
        guard let answer = LoopbackClient.exchange(port: port, input, pieces: pieces, limit: Self.answerLimit) else {
            throw BrokenRule(what: "the connection is not ended")
        }
        try BrokenRule.unless(answer.count <= Self.answerLimit, "an answer of more than \(Self.answerLimit) bytes")
        let status = Self.status(answer)
        try BrokenRule.unless(
            answer.isEmpty || status.map { 100...505 ~= $0 } == true,
            "it is no answer: \(String(decoding: answer.prefix(80), as: UTF8.self))")
        let next = Array("GET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
        let version = LoopbackClient.exchange(port: port, next, pieces: [next.count], limit: Self.answerLimit)
        try BrokenRule.unless(version.flatMap(Self.status) == 200, "the next client is not answered")
        return status.map { 200...299 ~= $0 } == true
    }

    mutating func release() {
        proxy?.stop()
        proxy = nil
    }

    private mutating func begin() throws(BrokenRule) {
        release()
        do {
            let made = try FaultProxy()
            let upstream = HostPort(host: "127.0.0.1", port: 9)
            _ = try made.add(name: "p", listen: HostPort(host: "127.0.0.1", port: 0), upstream: upstream)
            port = try made.serveAPI(on: HostPort(host: "127.0.0.1", port: 0)).port
            proxy = made
        } catch {
            throw BrokenRule(what: "it can't be started: \(error)")
        }
    }

    private static func status(_ answer: [UInt8]) -> Int? {
        let start = "HTTP/1.1 "
        guard answer.starts(with: start.utf8) else { return nil }
        return Int(String(decoding: answer.dropFirst(start.utf8.count).prefix(3), as: UTF8.self))
    }
}

import FaultProxy
import Measures

/// The reader of requests to the fault proxy's API.
struct APIRequestTarget: FuzzTarget {
    let name = "requests to the fault proxy's API"

    let corpus: [[UInt8]] = [
        "GET /proxies HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nGET /version HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /proxies/p/toxics HTTP/1.1\r\nHost: x\r\nUser-Agent: a\r\nContent-Length: 18\r\n\r\n{\"type\":\"latency\"}",
        "POST /reset HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
        "PATCH http://x/proxies/%70?a#b HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: 2\n\n{}",
        "DELETE /proxies/p HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ].map { Array($0.utf8) }

    let words: [[UInt8]] = [
        "\r\n", "\n", "\r", "\r\n\r\n", ":", ";", " ", "\t", "\0", "0", "f", "ffffffff", "99999999999999999999",
        "Host: x",
        "Content-Length: ", "Transfer-Encoding: chunked", "Expect: 100-continue", "HTTP/1.1", "HTTP/1.0", "/", "%", "é",
    ].map { Array($0.utf8) }

    func check(_ input: [UInt8], random: inout SeededRandom) throws(BrokenRule) -> Bool {
        let whole = try read(input, of: input.isEmpty ? [] : [input.count])
        let pieces = try read(input, of: input.randomPieces(&random))
        try BrokenRule.unless(whole == pieces, "pieces give \(pieces), the whole \(whole)")
        return whole.failure == nil && !whole.requests.isEmpty
    }

    private struct Outcome: Equatable {
        var requests: [APIRequest] = []
        var failure: APIRequestFailure?
    }

    private func read(_ input: [UInt8], of sizes: [Int]) throws(BrokenRule) -> Outcome {
        var reader = APIRequestReader()
        var outcome = Outcome()
        try input.inPieces(of: sizes) { piece throws(BrokenRule) in
            guard outcome.failure == nil else { return }
            reader.append(UnsafeRawBufferPointer(piece))
            do throws(APIRequestFailure) {
                while let request = try reader.next() { outcome.requests.append(request) }
            } catch {
                outcome.failure = error
            }
        }
        for request in outcome.requests {
            try BrokenRule.unless(request.path.hasPrefix("/"), "a path that begins with no slash")
            try BrokenRule.unless(request.body.count <= APIRequestReader.bodyLimit, "a content beyond the limit")
        }
        return outcome
    }
}

internal import CCurl
public import Measures
internal import Scenarios

/// Requests beside the load, one at a time, over libcurl.
///
/// A request goes where it is told. That the scenario authorises its host is for the caller to see to: load, and what a
/// verification sends, go to authorised targets only, while a secrets manager or a provider's control interface is asked
/// because the scenario's author names it.
public enum Fetch {
    /// Sends a request on a connection of its own and waits for the whole answer. Any status is an answer, a redirect is
    /// one too, and not followed. The environment's proxies and `~/.netrc` are of no effect.
    ///
    /// `shouldStop` is asked every 50 ms or so while waiting.
    ///
    /// - Throws: Why there is no answer: the request is none, the host can't be reached, time is over, the body is larger
    ///   than is taken, or `shouldStop` said so.
    public static func send(
        _ request: FetchRequest, shouldStop: () -> Bool = { false }
    ) throws(FetchFailure) -> FetchAnswer {
        try Self.check(request)
        let sink = AnswerSink(maximumBody: request.maximumBody, keepsBody: request.keepsBody)
        let transfer = try Transfer()
        return try withExtendedLifetime(sink) { () throws(FetchFailure) -> FetchAnswer in
            try transfer.prepare(request)
            transfer.collect(in: sink)
            do throws(FetchFailure) {
                try transfer.perform(shouldStop: shouldStop)
            } catch {
                throw sink.refusal ?? transfer.refusal(of: request.url) ?? error
            }
            var answer = FetchAnswer(status: transfer.status, fields: sink.fields, body: sink.body)
            answer.heldUp = transfer.heldUp
            return answer
        }
    }

    /// Makes a TCP connection and closes it.
    ///
    /// - Parameters:
    ///   - host: A name or an address, an IPv6 address with or without brackets.
    ///   - port: 1...65535.
    ///   - timeout: How long it may take in all.
    ///   - peers: Which addresses it may go to.
    ///   - shouldStop: Is asked every 50 ms or so while waiting.
    /// - Throws: Why there is no connection.
    public static func connect(
        to host: String, port: Int, timeout: Span = Span(nanoseconds: 2_000_000_000),
        peers: FetchRequest.Peers = .any, shouldStop: () -> Bool = { false }
    ) throws(FetchFailure) {
        let transfer = try Transfer()
        let url = "http://\(bracketed(host)):\(port)"
        try transfer.prepareConnection(to: url, timeout: timeout, peers: peers)
        do throws(FetchFailure) {
            try transfer.perform(shouldStop: shouldStop)
        } catch {
            throw transfer.refusal(of: url) ?? error
        }
        // On loopback, a port that nobody listens on may be given to the very socket that connects to it.
        if transfer.isConnectedToItself { throw FetchFailure(reason: "nobody listens on port \(port)") }
    }

    /// The host as it stands in a URL.
    static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    /// Refuses what libcurl would cut at a NUL byte, or send as more lines than one.
    private static func check(_ request: FetchRequest) throws(FetchFailure) {
        if (try? Endpoint(parsing: request.url)) == nil || request.url.utf8.contains(where: { $0 <= 32 || $0 == 127 }) {
            throw FetchFailure(reason: "the URL is not http:// or https://")
        }
        if !HeaderName.isToken(request.method) { throw FetchFailure(reason: "the method is not a valid HTTP method") }
        if request.method == "HEAD", request.body != nil { throw FetchFailure(reason: "HEAD carries no body") }
        for field in request.fields {
            if !HeaderName.isToken(field.name) {
                throw FetchFailure(reason: "a header field's name has characters that none has")
            }
            if field.value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) {
                throw FetchFailure(
                    reason: "the header field \(field.name) has a line break or another control character")
            }
        }
    }
}

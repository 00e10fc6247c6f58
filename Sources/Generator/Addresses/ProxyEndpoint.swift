import Scenarios

extension Endpoint {
    /// Where a proxy listens: `http://`, `https://`, `socks5://` or `socks5h://[user:password@]host:port`. Throws where it
    /// is malformed, which a validated scenario's is not.
    init(proxy url: String) throws(Malformed) {
        guard let colon = url.firstRange(of: "://") else { throw .scheme }
        let authority = url[colon.upperBound...]
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        try self.init(parsing: "http://" + host)
    }
}

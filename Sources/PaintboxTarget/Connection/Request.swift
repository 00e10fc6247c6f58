import NIOCore
import NIOHTTP1

/// A complete request: its head, and its body of at most ``Request/maxBodyBytes``.
struct Request {
    /// Largest body taken, in bytes (1 MiB). A longer one is answered with 413.
    static let maxBodyBytes = 1 << 20
    /// Longest request target taken, in bytes. A longer one is answered with 414.
    static let maxTargetBytes = 8192

    var head: HTTPRequestHead
    var body = ByteBuffer()
    /// The address of the peer, without its port.
    var peer: String
    /// When the request was complete.
    var arrived: NIODeadline

    var method: HTTPMethod { head.method }
    var headers: HTTPHeaders { head.headers }

    /// The request target in origin form, with its query (an absolute form loses scheme and authority,
    /// RFC 9112 §3.2.2).
    var target: Substring {
        let uri = head.uri[...]
        guard uri.utf8.first != UInt8(ascii: "/") else { return uri }
        for scheme in ["http://", "https://"] where uri.hasPrefix(scheme) {
            let rest = uri.dropFirst(scheme.count)
            guard let slash = rest.firstIndex(of: "/") else { return "/" }
            return rest[slash...]
        }
        return uri
    }

    /// The path of the target.
    var path: Substring {
        let target = target
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return target }
        return target[..<mark]
    }

    /// The first value of the query's parameter `name`, not percent-decoded.
    func parameter(_ name: String) -> Substring? {
        let target = target
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        for pair in target[mark...].dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count > 1 ? parts[1] : "" }
        }
        return nil
    }

    /// Throws 415 unless the body is declared to be JSON in UTF-8.
    func requireJSON() throws(RequestProblem) {
        let declared = headers.first(name: "Content-Type")?.lowercased() ?? ""
        let parts = declared.split(separator: ";").map { $0.trimmed }
        guard parts.first == "application/json" else {
            throw RequestProblem(.unsupportedMediaType, "the content type must be application/json")
        }
        for parameter in parts.dropFirst() where parameter.hasPrefix("charset=") {
            guard ["charset=utf-8", "charset=\"utf-8\""].contains(String(parameter)) else {
                throw RequestProblem(.unsupportedMediaType, "the charset must be utf-8")
            }
        }
    }
}

extension StringProtocol {
    /// The text without the spaces and tabs around it.
    var trimmed: SubSequence {
        var rest = self[startIndex...]
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return rest
    }
}

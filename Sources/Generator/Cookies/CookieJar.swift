import HTTPFields

/// The cookies that one user was given (RFC 6265), at most 50 of at most 4 KiB each.
///
/// A cookie that is `Secure` is taken from and sent to trustworthy places only: `https`, and this machine by the names
/// `localhost`, `127.0.0.1` and `[::1]`, as libcurl and browsers have it (RFC 6265bis §5.7; W3C Secure Contexts §3.1). Nothing else
/// replaces it, and names with the prefixes `__Secure-` and `__Host-` keep their promise (§4.1.3).
///
/// There is no list of public suffixes. A `Domain` attribute is taken only where it covers the request's host and has a dot
/// inside, so that no cookie is set for a whole top-level domain; for `co.uk` and its like one can be.
struct CookieJar {
    /// Where a request goes, or an answer comes from.
    struct Destination {
        /// The host in lower case, an IPv6 address without brackets.
        var host: [UInt8]
        var isSecure: Bool
        /// The request target, perhaps with a query.
        var target: UnsafeBufferPointer<UInt8>

        /// True where nobody on the way can read along.
        var isTrustworthy: Bool {
            isSecure || CookieJar.ownHosts.contains { host.elementsEqual($0.utf8) }
        }

        /// The path without the query.
        var path: UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: target.prefix { $0 != UInt8(ascii: "?") })
        }
    }

    private struct Cookie {
        var name: [UInt8]
        var value: [UInt8]
        var domain: [UInt8]
        var isHostOnly: Bool
        var path: [UInt8]
        var isSecure: Bool
        var expires: Int64
        /// When it was made and last sent, on a clock that counts what happens to the jar.
        var created: UInt64
        var used: UInt64
    }

    /// This machine's names whose connections don't leave it.
    private static let ownHosts = ["localhost", "127.0.0.1", "::1"]

    /// Cookies that are kept at most; beyond, the one that was not sent for the longest time goes.
    static let bound = 50

    private var cookies: [Cookie] = []
    private var clock: UInt64 = 0

    var isEmpty: Bool { cookies.isEmpty }

    /// Takes a `Set-Cookie` field's value from an answer (§5.3). `now` in milliseconds since 1970.
    mutating func take(_ field: UnsafeBufferPointer<UInt8>, from location: Destination, now: Int64) {
        // One without a name is kept by some browsers, and by libcurl not.
        guard let set = SetCookie(field), !set.name.isEmpty, set.prefixFault == nil else { return }
        if set.isSecure, !location.isTrustworthy { return }
        var domain = location.host
        var isHostOnly = true
        if let wanted = set.domain {
            // A dot at the end stands for the root, and so says nothing.
            if wanted.dropLast().contains(UInt8(ascii: ".")) {
                guard Self.domain(wanted, covers: location.host) else { return }
                domain = wanted
                isHostOnly = false
            } else if wanted != location.host {
                return
            }
        }
        clock += 1
        var cookie = Cookie(
            name: set.name, value: set.value, domain: domain, isHostOnly: isHostOnly,
            path: set.path ?? Self.defaultPath(location.path), isSecure: set.isSecure,
            expires: set.end(receivedAt: now),
            created: clock, used: clock)
        if let old = cookies.firstIndex(where: {
            $0.name == cookie.name && $0.domain == cookie.domain && $0.path == cookie.path
        }) {
            if cookies[old].isSecure, !location.isTrustworthy { return }
            cookie.created = cookies[old].created
            cookies.remove(at: old)
        }
        cookies.removeAll { $0.expires <= now }
        guard cookie.expires > now else { return }
        if cookies.count >= Self.bound, let oldest = cookies.indices.min(by: { cookies[$0].used < cookies[$1].used }) {
            cookies.remove(at: oldest)
        }
        cookies.append(cookie)
    }

    /// Appends the value of the `Cookie` field for a request (§5.4); nothing where no cookie is for it.
    mutating func appendField(for location: Destination, now: Int64, to output: inout ByteStore) {
        clock += 1
        let path = location.path
        let isTrustworthy = location.isTrustworthy
        let fitting = cookies.indices.filter { index in
            let cookie = cookies[index]
            return cookie.expires > now && (!cookie.isSecure || isTrustworthy)
                && (cookie.isHostOnly
                    ? cookie.domain == location.host : Self.domain(cookie.domain, covers: location.host))
                && Self.path(cookie.path, covers: path)
        }
        let inOrder = fitting.sorted { left, right in
            (cookies[right].path.count, cookies[left].created) < (cookies[left].path.count, cookies[right].created)
        }
        for (position, index) in inOrder.enumerated() {
            if position > 0 { output.append("; ") }
            cookies[index].name.withUnsafeBufferPointer { output.append($0) }
            output.append(UInt8(ascii: "="))
            cookies[index].value.withUnsafeBufferPointer { output.append($0) }
            cookies[index].used = clock
        }
    }

    /// Forgets all.
    mutating func removeAll() { cookies.removeAll(keepingCapacity: true) }

    /// §5.1.3: the same, or the host ends in a dot and the domain, and is no address.
    private static func domain(_ domain: [UInt8], covers host: [UInt8]) -> Bool {
        if domain == host { return true }
        guard !domain.isEmpty, host.count > domain.count, host.suffix(domain.count) == domain[...],
            host[host.count - domain.count - 1] == UInt8(ascii: ".")
        else { return false }
        return !isAddress(host)
    }

    /// An IPv6 address has colons, and no name's last label is a number (RFC 1123 §2.1).
    private static func isAddress(_ host: [UInt8]) -> Bool {
        if host.contains(UInt8(ascii: ":")) { return true }
        let label = host.split(separator: UInt8(ascii: ".")).last ?? []
        return !label.isEmpty && label.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// §5.1.4: the same, or the path goes on below the cookie's.
    private static func path(_ cookie: [UInt8], covers path: UnsafeBufferPointer<UInt8>) -> Bool {
        let slash = UInt8(ascii: "/")
        guard path.starts(with: cookie) else { return false }
        return path.count == cookie.count || cookie.last == slash || path[cookie.count] == slash
    }

    /// §5.1.4: the request's path up to its last slash.
    private static func defaultPath(_ path: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        guard path.first == slash, let last = path.lastIndex(of: slash), last > 0 else { return [slash] }
        return Array(path[..<last])
    }
}

import Glibc
import Scenarios

/// What a URL that an iteration gives is seen from: the scenario's target. Such a URL may be whole, as `Link` fields and
/// lists that go on name the next page, if it leads to the target: a connection is planned before its requests are, and
/// no answer may lead load to another host. A plain value; whoever makes one must `release` it.
struct URLBase {
    /// `host:port`, and the same without the port where it is the scheme's own.
    private var authority = ByteStore()
    private var shortAuthority = ByteStore()
    /// The target's path without a slash at its end; empty where it has none.
    private var prefix = ByteStore()
    private let isSecure: Bool
    /// True where nothing follows: then an empty value is no URL.
    private let isWhole: Bool

    init(_ endpoint: Endpoint, isWhole: Bool) {
        isSecure = endpoint.isSecure
        self.isWhole = isWhole
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        func store(_ text: String) -> ByteStore {
            var store = ByteStore()
            var text = text
            text.withUTF8 { store.append($0) }
            return store
        }
        authority = store("\(host):\(endpoint.port)")
        shortAuthority = store(endpoint.authority)
        prefix = store(endpoint.path.hasSuffix("/") ? String(endpoint.path.dropLast()) : endpoint.path)
    }

    func release() {
        for var store in [authority, shortAuthority, prefix] { store.release() }
    }

    /// Appends the request target that a value leads to (RFC 3986 §5.2, without a fragment); false where it is none, or
    /// one of another host. A path is seen from the target's, unless it holds that already.
    func append(_ value: UnsafeBufferPointer<UInt8>, to output: inout ByteStore) -> Bool {
        var rest = value.prefix { $0 != UInt8(ascii: "#") }
        if rest.isEmpty {
            guard !isWhole else { return false }
            output.append(prefix.bytes)
            return true
        }
        var isAbsolute = false
        if let behind = Self.behindSlashes(rest, isSecure: isSecure) {
            let end = rest[behind...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            let named = UnsafeBufferPointer(rebasing: rest[behind..<end])
            guard Self.equal(named, authority.bytes) || Self.equal(named, shortAuthority.bytes) else { return false }
            rest = rest[end...]
            isAbsolute = true
        }
        let isPath = rest.first == UInt8(ascii: "/")
        if isPath, Self.begins(rest, with: prefix.bytes) { isAbsolute = true }
        if !isAbsolute { output.append(prefix.bytes) }
        // Without a path the root is asked (RFC 9112 §3.2.1).
        let isQueryOfPrefix = !isAbsolute && prefix.count > 0 && rest.first == UInt8(ascii: "?")
        if !isPath, !isQueryOfPrefix { output.append(UInt8(ascii: "/")) }
        output.append(urlPart: UnsafeBufferPointer(rebasing: rest))
        return true
    }

    /// Where the authority of `scheme://…` or `//…` begins; nil where there is none. Another scheme than the target's
    /// gives an empty authority, which is no one's.
    private static func behindSlashes(_ value: Slice<UnsafeBufferPointer<UInt8>>, isSecure: Bool) -> Int? {
        let slash = UInt8(ascii: "/")
        if value.count >= 2, value[0] == slash, value[1] == slash { return 2 }
        let colon = value.prefix(12).firstIndex(of: UInt8(ascii: ":"))
        guard let colon, colon + 2 < value.endIndex, value[colon + 1] == slash, value[colon + 2] == slash else {
            return nil
        }
        let scheme = UnsafeBufferPointer(rebasing: value[..<colon])
        let isKnown =
            isSecure
            ? HeaderSyntax.equal(scheme, "https") || HeaderSyntax.equal(scheme, "wss")
            : HeaderSyntax.equal(scheme, "http") || HeaderSyntax.equal(scheme, "ws")
        return isKnown ? colon + 3 : colon + 2
    }

    /// Compares hosts, regardless of ASCII case; the second is in lower case.
    private static func equal(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { byte, wanted in
            byte == wanted || (byte &- UInt8(ascii: "A") < 26 && byte | 0x20 == wanted)
        }
    }

    /// True where a path is the prefix or lies below it.
    private static func begins(
        _ path: Slice<UnsafeBufferPointer<UInt8>>, with prefix: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard prefix.count > 0, path.starts(with: prefix) else { return false }
        let next = path.dropFirst(prefix.count).first
        return next == nil || next == UInt8(ascii: "/") || next == UInt8(ascii: "?")
    }
}

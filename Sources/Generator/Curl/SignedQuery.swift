import HTTPFields

/// The query of a request that is to be signed, in the one form that both sides of AWS Signature Version 4 compute: names
/// and values percent-encoded but for unreserved characters (RFC 3986 §2.3), sorted, and each with an equals sign. libcurl
/// 7.88 signs the query as it stands, so it must stand like this.
enum SignedQuery {
    /// A whole URL with its query in that form; it may end with NUL.
    static func canonical(_ url: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard let mark = url.firstIndex(of: UInt8(ascii: "?")) else { return Array(url) }
        let end = url.last == 0 ? url.endIndex - 1 : url.endIndex
        let parameters = url[(mark + 1)..<end].split(separator: UInt8(ascii: "&")).map { parameter in
            let equals = parameter.firstIndex(of: UInt8(ascii: "=")) ?? parameter.endIndex
            return (name: encoded(parameter[..<equals]), value: encoded(parameter[equals...].dropFirst()))
        }
        let sorted = parameters.sorted { left, right in
            left.name == right.name
                ? left.value.lexicographicallyPrecedes(right.value)
                : left.name.lexicographicallyPrecedes(right.name)
        }
        let query = sorted.map { $0.name + [UInt8(ascii: "=")] + $0.value }.joined(separator: [UInt8(ascii: "&")])
        return Array(url[...mark]) + query + Array(url[end...])
    }

    private static func encoded(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        let decoded = PercentEncoding.decoded(Array(text)[...])
        var store = ByteStore()
        defer { store.release() }
        decoded.withUnsafeBufferPointer { store.append($0, escaped: .component) }
        return Array(store.bytes)
    }
}

import CLinux
import Glibc
import Scenarios

/// A name with its addresses as answers have them.
struct ServedName: Sendable {
    /// The addresses as they were given.
    var addresses: [String]
    /// Of four bytes, or of sixteen.
    var records: [[UInt8]]
    /// Seconds that an answer may be kept.
    var lifetime: UInt32
    /// Questions for it so far.
    var questions = 0

    init(_ declaration: NameDeclaration) throws(NameServerError) {
        addresses = declaration.addresses
        records = try Self.records(declaration.addresses, of: declaration.name)
        // RFC 2181 §8: 31 bits.
        lifetime = UInt32(min(max(0, declaration.ttl.components.seconds), 0x7FFF_FFFF))
    }

    mutating func point(to new: [String], name: String) throws(NameServerError) {
        records = try Self.records(new, of: name)
        addresses = new
    }

    private static func records(_ addresses: [String], of name: String) throws(NameServerError) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for address in addresses { records.append(try bytes(of: address, name: name)) }
        return records
    }

    /// The bytes of an address as records have them.
    static func bytes(of address: String, name: String) throws(NameServerError) -> [UInt8] {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        if inet_pton(AF_INET6, address, &six) == 1 { return withUnsafeBytes(of: six) { Array($0) } }
        throw NameServerError("\(quoted(address)) of \(name) is not a numeric address")
    }

    /// The name as names are compared (RFC 4343): in lower case, without a dot at its end; nil where it is none.
    static func key(_ name: String) -> String? {
        let key = (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
        let labels = key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = key.utf8.count <= 253 && labels.allSatisfy { 1...63 ~= $0.count }
        return isName && key.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? key : nil
    }
}

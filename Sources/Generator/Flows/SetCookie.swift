import Glibc
import Scenarios

/// A `Set-Cookie` field as it was sent (RFC 6265 §5.2).
struct SetCookie {
    var name: [UInt8]
    var value: [UInt8]
    /// The `Domain` attribute in lower case without a leading dot; nil where there is none.
    var domain: [UInt8]?
    /// The `Path` attribute; nil where there is none that begins with a slash.
    var path: [UInt8]?
    var isSecure = false
    /// When it ends, in milliseconds since 1970; `Int64.max` with the session.
    var expires = Int64.max

    /// Name and value together, and each attribute's value, are at most this long.
    static let bound = 4096
    private static let attributeBound = 1024

    /// Reads a field's value; nil where it is to be ignored: without a name, too long, or with controls in it. `now` in
    /// milliseconds since 1970.
    init?(_ field: UnsafeBufferPointer<UInt8>, now: Int64) {
        // A tab is a blank; no other control may get into a request.
        if field.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) { return nil }
        let parts = field.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard let pair = parts.first, let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        name = Self.trimmed(pair[..<equals])
        value = Self.trimmed(pair[(equals + 1)...])
        guard !name.isEmpty, name.count + value.count <= Self.bound else { return nil }

        var ends: Int64?
        var age: Int64?
        for part in parts.dropFirst() {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let attribute = Self.trimmed(part[..<(equals ?? part.endIndex)])
            let value = equals.map { Self.trimmed(part[($0 + 1)...]) } ?? []
            guard value.count <= Self.attributeBound else { continue }
            // Of an attribute given twice the last one counts (§5.3).
            switch String(decoding: attribute, as: UTF8.self).lowercased() {
            case "expires": ends = CookieDate.milliseconds(of: value) ?? ends
            case "max-age": age = Self.age(value) ?? age
            case "domain":
                let name = value.first == UInt8(ascii: ".") ? value.dropFirst() : value[...]
                if !value.isEmpty { domain = name.isEmpty ? nil : name.map(Self.lowercased) }
            case "path": path = value.first == UInt8(ascii: "/") ? value : nil
            case "secure": isSecure = true
            default: break
            }
        }
        // Max-Age goes before Expires.
        if let age {
            expires = age > 0 ? now + age * 1000 : .min
        } else if let ends {
            expires = ends
        }
    }

    /// A number of seconds, perhaps negative; more than a century counts as one.
    private static func age(_ value: [UInt8]) -> Int64? {
        let isNegative = value.first == UInt8(ascii: "-")
        let digits = isNegative ? value.dropFirst() : value[...]
        guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        if isNegative { return 0 }
        return digits.reduce(0) { min($0 * 10 + Int64($1 - 0x30), 3_155_760_000) }
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        Array(HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: bytes)))
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        0x41...0x5A ~= byte ? byte | 0x20 : byte
    }
}

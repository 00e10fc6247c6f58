/// The value of a `Set-Cookie` field as browsers read it (RFC 6265bis §5.6): the one reader of such fields, for the jar of
/// simulated users, captures, verifications and imports. It reads bytes, so that no combining character hides a delimiter.
package struct SetCookie: Sendable, Equatable {
    /// The name; empty where the field has none.
    package private(set) var name: [UInt8] = []
    package private(set) var value: [UInt8]
    /// The `Domain` attribute in lower case without a leading dot; nil where there is none, or the last one is empty.
    package private(set) var domain: [UInt8]?
    /// The `Path` attribute; nil where there is none, or the last one doesn't begin with a slash.
    package private(set) var path: [UInt8]?
    package private(set) var isSecure = false
    package private(set) var isHTTPOnly = false
    /// The value of `SameSite` in lower case; nil: not given.
    package private(set) var sameSite: String?
    /// The value of `Max-Age` in seconds, a century at most, and 0 where it is below; nil: none that is a number.
    package private(set) var maxAge: Int64?
    /// The value of `Expires` in milliseconds since 1970; nil: none that is a date.
    package private(set) var expires: Int64?

    /// Name and value together, and each attribute's value, are at most this long.
    package static let bound = 4096
    private static let attributeBound = 1024

    /// Reads a field's value; nil where browsers ignore it: with neither name nor value, too long, with controls in it, or
    /// without a name and a value that looks like a name with a promise.
    package init?(_ field: UnsafeBufferPointer<UInt8>) {
        // A tab is a blank; no other control may get into a request.
        if field.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) { return nil }
        let parts = field.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard let pair = parts.first else { return nil }
        if let equals = pair.firstIndex(of: UInt8(ascii: "=")) {
            name = Self.trimmed(pair[..<equals])
            value = Self.trimmed(pair[(equals + 1)...])
        } else {
            value = Self.trimmed(pair)
        }
        guard 1...Self.bound ~= name.count + value.count else { return nil }
        if name.isEmpty, Self.promise(of: value) != nil { return nil }
        for part in parts.dropFirst() {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let argument = equals.map { Self.trimmed(part[($0 + 1)...]) } ?? []
            guard argument.count <= Self.attributeBound else { continue }
            take(Self.trimmed(part[..<(equals ?? part.endIndex)]), argument)
        }
    }

    /// Reads a field's value that is at hand as text.
    package init?(_ field: String) {
        var field = field
        guard let cookie = field.withUTF8({ SetCookie($0) }) else { return nil }
        self = cookie
    }

    /// Of an attribute given twice the last one counts (§5.7); a number or date that is none doesn't count.
    private mutating func take(_ attribute: [UInt8], _ argument: [UInt8]) {
        switch String(decoding: attribute, as: UTF8.self).lowercased() {
        case "expires": expires = CookieDate.milliseconds(of: argument) ?? expires
        case "max-age": maxAge = Self.age(argument) ?? maxAge
        case "domain":
            let name = argument.first == UInt8(ascii: ".") ? argument.dropFirst() : argument[...]
            domain = name.isEmpty ? nil : name.map(Self.lowercased)
        case "path": path = argument.first == UInt8(ascii: "/") ? argument : nil
        case "secure": isSecure = true
        case "httponly": isHTTPOnly = true
        case "samesite": sameSite = String(decoding: argument, as: UTF8.self).lowercased()
        default: break
        }
    }

    /// A number of seconds; below 0 counts as 0, more than a century as one.
    private static func age(_ argument: [UInt8]) -> Int64? {
        let isNegative = argument.first == UInt8(ascii: "-")
        let digits = isNegative ? argument.dropFirst() : argument[...]
        guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        if isNegative { return 0 }
        return digits.reduce(0) { min($0 * 10 + Int64($1 - 0x30), 3_155_760_000) }
    }

    private static func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] { Array(bytes.trimmingBlanks()) }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        0x41...0x5A ~= byte ? byte | 0x20 : byte
    }
}

// MARK: - When it ends

extension SetCookie {
    /// When the cookie ends that is received at `now`, both in milliseconds since 1970: `Int64.max` with the session,
    /// `Int64.min` at once. `Max-Age` goes before `Expires` (§5.7).
    package func end(receivedAt now: Int64) -> Int64 {
        if let maxAge { return maxAge > 0 ? now + maxAge * 1000 : .min }
        return expires ?? .max
    }

    /// Whether browsers delete the cookie: `Max-Age` of 0 or less, else `Expires` in the past of the answer's `Date`.
    /// Without a date, before 2020 is past.
    package func isDeletion(at date: String?) -> Bool {
        let now = date.flatMap { CookieDate.milliseconds(of: $0.utf8) } ?? Self.newYear2020
        return end(receivedAt: now) <= now
    }

    private static let newYear2020: Int64 = 1_577_836_800_000
}

// MARK: - Prefixes

extension SetCookie {
    /// A rule of the prefixes `__Host-` and `__Secure-` that a cookie breaks.
    package enum PrefixFault: Sendable {
        case notSecure, hasDomain, lacksRootPath
    }

    private enum Promise {
        case secure, host
    }

    /// What keeps browsers from taking the cookie: what its name promises doesn't hold (RFC 6265bis §4.1.3, §5.7).
    package var prefixFault: PrefixFault? {
        guard let promise = Self.promise(of: name) else { return nil }
        if !isSecure { return .notSecure }
        guard promise == .host else { return nil }
        if domain != nil { return .hasDomain }
        return path == [UInt8(ascii: "/")] ? nil : .lacksRootPath
    }

    /// The prefixes are compared regardless of case.
    private static func promise(of name: [UInt8]) -> Promise? {
        guard name.starts(with: "__".utf8) else { return nil }
        let beginning = name.prefix(9).map(lowercased)
        if beginning.elementsEqual("__secure-".utf8) { return .secure }
        return beginning.starts(with: "__host-".utf8) ? .host : nil
    }
}

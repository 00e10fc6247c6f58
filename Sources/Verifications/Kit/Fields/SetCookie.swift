import Scenarios

/// The value of a Set-Cookie field as browsers read it (RFC 6265bis §5.6).
package struct SetCookie {
    package let name: String
    package private(set) var isSecure = false
    package private(set) var isHTTPOnly = false
    /// The value of SameSite in lower case; nil: not given.
    package private(set) var sameSite: String?
    package private(set) var path: String?
    package private(set) var domain: String?
    /// The value of Max-Age; nil: none that is a number of seconds.
    package private(set) var maxAge: Int64?
    /// The value of Expires, in seconds since 1970; nil: none that is a date.
    package private(set) var expires: Int64?

    package init(_ field: String) {
        let parts = field.split(separator: ";", omittingEmptySubsequences: false)
        let pair = parts.first ?? ""
        // Without "=" all of it is the value of a cookie without a name.
        name = pair.contains("=") ? FieldText.trimmed(pair.prefix { $0 != "=" }) : ""
        for part in parts.dropFirst() {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let argument = pieces.count == 2 ? FieldText.trimmed(pieces[1]) : ""
            switch FieldText.trimmed(pieces.first ?? "").lowercased() {
            case "secure": isSecure = true
            case "httponly": isHTTPOnly = true
            case "samesite": sameSite = argument.lowercased()
            case "path": path = argument
            case "domain": domain = argument.isEmpty ? nil : argument
            case "max-age": maxAge = Self.seconds(argument) ?? maxAge
            case "expires": expires = CookieDate.milliseconds(of: argument.utf8).map { $0 / 1000 } ?? expires
            default: break
            }
        }
    }

    /// Digits, perhaps with a minus before them; what is more than fits is as much as fits (RFC 6265bis §5.6.2).
    private static func seconds(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        return Int64(text) ?? (text.hasPrefix("-") ? .min : .max)
    }

    /// Whether browsers delete the cookie, so that its attributes protect nothing: Max-Age of 0 or less, else Expires in
    /// the past of the answer's `Date` (RFC 6265bis §5.6.1, §5.6.2). Without a date, before 2020 is past.
    package func isDeletion(at date: String?) -> Bool {
        if let maxAge { return maxAge <= 0 }
        guard let expires else { return false }
        let now = date.flatMap { CookieDate.milliseconds(of: $0.utf8) }.map { $0 / 1000 } ?? Self.newYear2020
        return expires <= now
    }

    private static let newYear2020: Int64 = 1_577_836_800

    /// The cookie without its value.
    package var shown: String {
        var parts = ["\(FieldText.shown(name, upTo: 60))=…"]
        if let path { parts.append("Path=\(path)") }
        if let domain { parts.append("Domain=\(domain)") }
        if isSecure { parts.append("Secure") }
        if isHTTPOnly { parts.append("HttpOnly") }
        if let sameSite { parts.append("SameSite=\(sameSite)") }
        return FieldText.shown(parts.joined(separator: "; "))
    }

    /// Whether the name is that of a session or login: what scripts must not read.
    package var isSession: Bool {
        if isAntiForgery { return false }
        let lower = name.lowercased()
        if ["sess", "login", "jwt", "accesstoken", "authtoken"].contains(where: { lower.contains($0) }) { return true }
        return lower.split { !$0.isLetter && !$0.isNumber }.contains { ["sid", "auth", "token"].contains($0) }
    }

    /// Whether the name is that of a token against forged requests, which scripts may have to read.
    package var isAntiForgery: Bool {
        let lower = name.lowercased()
        return lower.contains("csrf") || lower.contains("xsrf") || lower.contains("forgery")
    }

    /// What keeps browsers from taking it: the rules of the prefixes `__Host-` and `__Secure-`, compared regardless of
    /// case (RFC 6265bis §5.7).
    package var prefixProblem: String? {
        let lower = name.lowercased()
        if lower.hasPrefix("__secure-") || lower.hasPrefix("__host-"), !isSecure { return "lacks Secure" }
        guard lower.hasPrefix("__host-") else { return nil }
        if domain != nil { return "has a Domain" }
        return path == "/" ? nil : "lacks Path=/"
    }
}

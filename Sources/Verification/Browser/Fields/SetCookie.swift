/// The value of a Set-Cookie field as browsers read it (RFC 6265bis §5.6).
package struct SetCookie {
    let name: String
    private(set) var isSecure = false
    private(set) var isHTTPOnly = false
    /// The value of SameSite in lower case; nil: not given.
    private(set) var sameSite: String?
    private(set) var path: String?
    private(set) var domain: String?

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
            default: break
            }
        }
    }

    /// The cookie without its value.
    var shown: String {
        var parts = ["\(FieldText.shown(name, upTo: 60))=…"]
        if let path { parts.append("Path=\(path)") }
        if let domain { parts.append("Domain=\(domain)") }
        if isSecure { parts.append("Secure") }
        if isHTTPOnly { parts.append("HttpOnly") }
        if let sameSite { parts.append("SameSite=\(sameSite)") }
        return FieldText.shown(parts.joined(separator: "; "))
    }

    /// Whether the name is that of a session or login: what scripts must not read.
    var isSession: Bool {
        if isAntiForgery { return false }
        let lower = name.lowercased()
        if ["sess", "login", "jwt", "accesstoken", "authtoken"].contains(where: { lower.contains($0) }) { return true }
        return lower.split { !$0.isLetter && !$0.isNumber }.contains { ["sid", "auth", "token"].contains($0) }
    }

    /// Whether the name is that of a token against forged requests, which scripts may have to read.
    var isAntiForgery: Bool {
        let lower = name.lowercased()
        return lower.contains("csrf") || lower.contains("xsrf") || lower.contains("forgery")
    }

    /// What keeps browsers from taking it: the rules of the prefixes `__Host-` and `__Secure-`, compared regardless of
    /// case (RFC 6265bis §5.7).
    var prefixProblem: String? {
        let lower = name.lowercased()
        if lower.hasPrefix("__secure-") || lower.hasPrefix("__host-"), !isSecure { return "lacks Secure" }
        guard lower.hasPrefix("__host-") else { return nil }
        if domain != nil { return "has a Domain" }
        return path == "/" ? nil : "lacks Path=/"
    }
}

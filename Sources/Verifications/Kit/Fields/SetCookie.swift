package import HTTPFields

/// What verifications say of a cookie.
extension SetCookie {
    /// The name as text.
    package var label: String { String(decoding: name, as: UTF8.self) }

    /// The cookie without its value.
    package var shown: String {
        var parts = ["\(FieldText.shown(label, upTo: 60))=…"]
        if let path { parts.append("Path=\(String(decoding: path, as: UTF8.self))") }
        if let domain { parts.append("Domain=\(String(decoding: domain, as: UTF8.self))") }
        if isSecure { parts.append("Secure") }
        if isHTTPOnly { parts.append("HttpOnly") }
        if let sameSite { parts.append("SameSite=\(sameSite)") }
        return FieldText.shown(parts.joined(separator: "; "))
    }

    /// Whether the name is that of a session or login: what scripts must not read.
    package var isSession: Bool {
        if isAntiForgery { return false }
        let lower = label.lowercased()
        if ["sess", "login", "jwt", "accesstoken", "authtoken"].contains(where: { lower.contains($0) }) { return true }
        return lower.split { !$0.isLetter && !$0.isNumber }.contains { ["sid", "auth", "token"].contains($0) }
    }

    /// Whether the name is that of a token against forged requests, which scripts may have to read.
    package var isAntiForgery: Bool {
        let lower = label.lowercased()
        return lower.contains("csrf") || lower.contains("xsrf") || lower.contains("forgery")
    }

    /// What keeps browsers from taking it, in words.
    package var prefixProblem: String? {
        switch prefixFault {
        case nil: nil
        case .notSecure: "lacks Secure"
        case .hasDomain: "has a Domain"
        case .lacksRootPath: "lacks Path=/"
        }
    }
}

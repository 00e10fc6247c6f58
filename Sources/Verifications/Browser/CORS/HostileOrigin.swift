import Scenarios

/// An origin that must not be allowed, and the check that it belongs to.
struct HostileOrigin: Sendable, Equatable {
    let check: CORSCheckName
    /// As it stands in the field.
    let text: String

    /// Allowed origins that others are derived from at most.
    static let maximumDerived = 10

    /// Origins that pass for allowed ones where a server compares carelessly, each once, none that the rule allows.
    static func derived(_ rule: CORSRule) -> [HostileOrigin] {
        guard !rule.allowsAll else { return [] }
        var found: [HostileOrigin] = []
        func add(_ check: CORSCheckName, _ text: String) {
            guard !rule.allow.contains(where: { $0.covers(text) }), !found.contains(where: { $0.text == text }) else {
                return
            }
            found.append(HostileOrigin(check: check, text: text))
        }
        add(.deniedOther, "https://evil.example")
        add(.deniedNull, "null")
        for origin in rule.allow.prefix(maximumDerived) { derive(origin, add) }
        let hasLocal = rule.allow.contains { ["localhost", "127.0.0.1", "[::1]"].contains($0.host) }
        if !hasLocal { add(.deniedLocalhost, "http://localhost:3000") }
        for text in rule.deny { add(.deniedListed, text) }
        return found
    }

    private static func derive(_ origin: WebOrigin, _ add: (CORSCheckName, String) -> Void) {
        let host = origin.isPattern ? "loadgate." + origin.host : origin.host
        let isAddress =
            host.hasPrefix("[") || host.utf8.allSatisfy { $0 < UInt8(ascii: ":") && $0 != UInt8(ascii: "-") }
        var same = origin
        same.isPattern = false
        same.host = host
        if let other = ["https": "http", "http": "https"][origin.scheme] {
            same.scheme = other
            add(.deniedScheme, same.text)
            same.scheme = origin.scheme
        }
        same.port = origin.port == 8443 ? 9443 : 8443
        add(.deniedPort, same.text)
        guard !host.hasPrefix("[") else { return }
        // What is anchored at the beginning only.
        add(.deniedSuffix, origin.text(host: host + ".evil.example"))
        add(.deniedUnderscore, origin.text(host: host + "_.evil.example"))
        add(.deniedBacktick, origin.text(host: host + "`.evil.example"))
        guard !isAddress else { return }
        // What is anchored at the end only.
        add(.deniedPrefix, origin.text(host: "evil" + origin.host))
        add(.deniedSubdomain, origin.text(host: "evil." + host))
        let labels = host.split(separator: ".")
        if labels.count > 2 {
            add(.deniedSibling, origin.text(host: "evil." + labels.dropFirst().joined(separator: ".")))
            // A dot that stands for any character in a regular expression.
            add(.deniedDot, origin.text(host: labels[0] + "x" + labels.dropFirst().joined(separator: ".")))
        }
        add(.deniedTrailingDot, origin.text(host: host + "."))
        add(.deniedCase, origin.text(host: host).uppercased())
    }
}

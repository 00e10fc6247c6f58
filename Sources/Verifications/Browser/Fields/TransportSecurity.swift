import VerificationKit

/// The value of a Strict-Transport-Security field (RFC 6797 §6.1).
struct TransportSecurity {
    /// For how long the host is known to want HTTPS, in seconds; nil: missing or no number.
    private(set) var maxAge: UInt64?
    private(set) var includesSubDomains = false
    /// Not of the RFC: the host consents to lists that browsers ship.
    private(set) var preloads = false
    /// What is wrong with it.
    private(set) var problems: [String] = []

    init(_ value: String) {
        var seen: Set<String> = []
        for part in value.split(separator: ";") {
            let directive = FieldText.trimmed(part)
            guard !directive.isEmpty else { continue }
            let pieces = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = FieldText.trimmed(pieces[0]).lowercased()
            let argument = pieces.count == 2 ? FieldText.trimmed(pieces[1]) : nil
            if !seen.insert(name).inserted { problems.append("\(FieldText.shown(name, upTo: 40)) occurs twice") }
            switch name {
            case "max-age": read(maxAge: argument ?? "")
            case "includesubdomains":
                includesSubDomains = true
                if argument != nil { problems.append("includeSubDomains takes no value") }
            case "preload": preloads = true
            default:
                // Unknown directives are ignored (§6.1), but only where they could be one.
                if name.isEmpty || name.contains(where: { " \t,\"".contains($0) }) {
                    problems.append("\"\(FieldText.shown(directive, upTo: 40))\" is not a directive")
                }
            }
        }
        if !seen.contains("max-age") { problems.append("max-age is missing") }
    }

    private mutating func read(maxAge text: String) {
        var digits = text[...]
        // A quoted string stands for the same (§6.1).
        if digits.count >= 2, digits.first == "\"", digits.last == "\"" { digits = digits.dropFirst().dropLast() }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            problems.append("max-age is not a number of seconds")
            return
        }
        if maxAge == nil { maxAge = UInt64(digits) ?? .max }
    }
}

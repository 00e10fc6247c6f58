import Scenarios

extension CORSCheck {
    /// Origins that must not be allowed.
    static let denied: [CORSCheck] =
        [
            CORSCheck(
                .reflection, "no origin that is not allowed is let in with credentials",
                source: "mdn/mdn-http-observatory src/analyzer/tests/cors.js; Fetch, CORS protocol and credentials",
                fields: [origin, credentials],
                advice: "The worst there is: every page can read as the user. Compare Origin with a list, as a whole."
            ) { answer, rule in
                guard let asked = answer.asker.origin, rule.allowsAll || !answer.isAllowed else { return .silent }
                // No attacker has the allowed host in capitals or with a dot: the keys of nginx's map match them too.
                if case .hostile(let origin) = answer.asker, harmless.contains(origin.check) { return .silent }
                let isReflected = answer.allowedOrigin == asked && answer.allowsCredentials
                return isReflected ? .breaks(answer.grant) : .holds(answer.grant)
            }
        ]
        + hostile.map { name, what, advice in
            CORSCheck(
                name, "\(what) may not read answers",
                source: "Fetch, CORS check; OWASP HTML5 Security Cheat Sheet, CORS",
                fields: [origin, credentials], advice: advice,
                severity: { _ in harmless.contains(name) ? .advisory : .hard },
                mustBeSeen: { name == .deniedOther && !$0.allowsAll }
            ) { answer, _ in
                guard case .hostile(let origin) = answer.asker, origin.check == name else { return .silent }
                // Without a grant the status doesn't matter: browsers keep the answer from the page. A preflight that is not
                // 2xx grants nothing.
                let isRefused = answer.isPreflight && !(200...299).contains(answer.answer.status)
                return !isRefused && answer.isReadable(withCredentials: false)
                    ? .breaks(answer.grant) : .holds("no grant")
            }
        }

    private static let harmless: [CORSCheckName] = [.deniedCase, .deniedTrailingDot]
    private static let whole = "Compare Origin with each allowed origin as a whole, byte by byte."

    private static let hostile: [(CORSCheckName, String, String)] = [
        (.deniedOther, "another origin (https://evil.example)", "Answer with a grant only where Origin is in a list."),
        (
            .deniedNull, "the origin null",
            "Take null out of the list: sandboxed frames and files of every attacker have it."
        ),
        (.deniedSuffix, "an origin that begins like an allowed one (https://app.example.evil.example)", whole),
        (.deniedPrefix, "an origin that ends like an allowed one (https://evilapp.example)", whole),
        (.deniedScheme, "the allowed host by another scheme", "With http:// whoever is on the way can read: \(whole)"),
        (.deniedPort, "the allowed host on another port", "Another port is another program: \(whole)"),
        (.deniedSubdomain, "a subdomain of the allowed host", "Allow subdomains by https://*.host if they are meant."),
        (
            .deniedSibling, "another subdomain of the same domain",
            "Allow it by name, or https://*.domain, if it is meant."
        ),
        (
            .deniedDot, "an origin with another character for the dot (https://appxexample.com)",
            "Escape the dot in the regular expression, or compare texts."
        ),
        (.deniedUnderscore, "an origin with _ after an allowed one", whole),
        (.deniedBacktick, "an origin with ` after an allowed one", whole),
        (.deniedTrailingDot, "the allowed host with a dot at its end", whole),
        (.deniedCase, "an allowed origin in capitals, which no browser sends", whole),
        (.deniedLocalhost, "http://localhost:3000", "Take what was for development out of production's list."),
        (.deniedListed, "an origin of deny", "Take it out of the list."),
    ]
}

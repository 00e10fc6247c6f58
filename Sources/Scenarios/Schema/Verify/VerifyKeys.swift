extension KeyTable {
    /// An entry of `verify:`.
    static let verification = KeyTable(
        name: "verification", summary: "A property that is to be shown beside latencies",
        keys: [
            Key("rate_limit", .mapping(rateLimit), "A rate limiter: limit, window, burst, races, isolation, recovery."),
            Key("cache", .mapping(cache), "A cache: hit ratio, checked against the origin."),
            Key("headers", .mapping(headers), "Header fields that keep browsers safe."),
            Key("cors", .mapping(cors), "Which origins may read answers."),
            Key("input", .mapping(input), "Hostile bodies get a 4xx."),
            Key("credentials", .mapping(credentialScan), "Files and their history hold no credentials."),
            Key("secrets", .mapping(secrets), "Secrets are kept in a secrets manager."),
        ],
        exactlyOne: ["rate_limit", "cache", "headers", "cors", "input", "credentials", "secrets"])

    /// What every verification has.
    static let aboutVerification = [
        Key("name", .text, "The name that results carry; the kind unless given."),
        Key("section", .text, "The section of the sign-off table."),
        Key("criterion", .text, "The criterion in the sign-off table."),
        Key(
            "severity", .choice(Objective.Severity.allCases.map(\.rawValue)),
            "Whether a failure fails the run; hard unless given."),
    ]

    /// What says which request a verification sends.
    static let verifiedRequest =
        Step.Method.allCases.map { method in
            Key(method.rawValue.lowercased(), .text, "\(method.rawValue) of a path or http[s]:// URL.")
        } + [
            Key("headers", .names(.text), "Header fields; they replace defaults of the same name."),
            Key("json", .anything, "The body, sent as JSON."),
            Key("form", .names(.text), "The body, sent as a form."),
            Key("body", .text, "The body, sent as it is."),
            Key("timeout", .duration, "How long an exchange may take; defaults.timeout unless given."),
        ]

    /// The names of the methods' keys.
    static let verifiedMethods = Step.Method.allCases.map { $0.rawValue.lowercased() }
}

extension KeyTable {
    /// Cross-origin resource sharing.
    static let cors = KeyTable(
        name: "cors", summary: "Which origins may read answers, and how they may ask",
        keys: aboutVerification + [
            Key("path", .text, "The path or URL that other origins ask for."),
            Key("request", .mapping(singleRequest), "The request that other origins make, instead of path."),
            Key(
                "allow", .list(.text, atLeast: 0),
                "Origins that are allowed: https://app.example, https://*.app.example, or * alone.", required: true),
            Key("deny", .list(.text, atLeast: 0), "Origins that must not be allowed, besides those derived."),
            Key("methods", .list(.text, atLeast: 0), "Methods that must be allowed, and no others."),
            Key("headers", .list(.text, atLeast: 0), "Request header fields that must be allowed, and no others."),
            Key("credentials", .boolean, "Whether requests with credentials must be allowed, or must not."),
            Key("expose", .list(.text, atLeast: 0), "Header fields of answers that scripts must be able to read."),
            Key("max_age", .duration, "How long browsers are to keep the answer to a preflight."),
            Key("waive", .names(.text), "Checks that don't count, each with the reason."),
        ] + coverage,
        exactlyOne: ["path", "request"])
}

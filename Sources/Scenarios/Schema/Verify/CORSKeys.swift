extension KeyTable {
    /// Cross-origin resource sharing.
    static let cors = KeyTable(
        name: "cors", summary: "Which origins may read answers, and how they may ask",
        keys: aboutVerification + [
            Key("path", .text, "The path or URL that other origins ask for.", required: true),
            Key("allow", .list(.text, atLeast: 0), "Origins that are allowed: https://app.example.", required: true),
        ])
}

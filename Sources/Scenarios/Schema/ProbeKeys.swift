extension KeyTable {
    /// A probe.
    static let probe = KeyTable(
        name: "probe", summary: "Numbers that are read beside the load",
        keys: [
            KeyDescription(
                "command", .list(.text, atLeast: 1), "The program and its arguments whose output is read; no shell."),
            KeyDescription(
                "environment", .names(.text), "command: variables besides Loadgate's own, such as PGPASSWORD."),
            KeyDescription("get", .text, "The http[s]:// URL, or the path on the target, whose answer is read."),
            KeyDescription("headers", .names(.text), "get: header fields."),
            KeyDescription("every", .duration, "The time from one sample to the next, 10ms at least; 1s unless given."),
            KeyDescription("timeout", .duration, "How long a sample may take; 2s unless given."),
            KeyDescription(
                "read", .choice(ProbeFormatName.allCases.map(\.rawValue)), "How it is read; number unless given."),
            KeyDescription(
                "value", .text,
                "json: a path; csv: a column; lines: a name; prometheus: a metric. All but json also a sum: a + b."),
            KeyDescription(
                "where", .oneOf([.text, .list(.text, atLeast: 1)]),
                "csv, lines, prometheus: which rows, lines or samples, e.g. database == paintbox."),
        ],
        exactlyOne: ["command", "get"])
}

/// The values of a probe's key `read`.
enum ProbeFormatName: String, CaseIterable {
    case number, json, csv, lines, prometheus
}

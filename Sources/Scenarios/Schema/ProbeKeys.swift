extension KeyTable {
    /// A probe.
    static let probe = KeyTable(
        name: "probe", summary: "Numbers that are read beside the load",
        keys: [
            Key("command", .list(.text, atLeast: 1), "The program and its arguments whose output is read."),
            Key("get", .text, "The http[s]:// URL whose answer is read."),
            Key("headers", .names(.text), "get: header fields."),
            Key("every", .duration, "The time from one sample to the next; 1s unless given."),
            Key("timeout", .duration, "How long a sample may take; 2s unless given."),
            Key("read", .choice(["number", "json", "csv", "prometheus"]), "How it is read; number unless given."),
            Key("value", .text, "json: a path; csv: a column, or a sum a + b; prometheus: a metric."),
            Key(
                "where", .oneOf([.text, .list(.text, atLeast: 1)]),
                "csv, prometheus: which rows or samples, e.g. database == paintbox."),
        ],
        exactlyOne: ["command", "get"])
}

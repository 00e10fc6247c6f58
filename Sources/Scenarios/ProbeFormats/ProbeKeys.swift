/// The keys of an entry of `probes:`.
struct ProbeKeys: KeyGroup {
    static let about = GroupAbout("probe", "Numbers that are read beside the load")

    let command = Key(
        "command", .command, "The program and its arguments whose output is read; no shell.")
    let environment = Key(
        "environment", .environment, "command: variables besides Loadgate's own, such as PGPASSWORD.")
    let get = Key(
        "get", .node(.text), "The http[s]:// URL, or the path on the target, whose answer is read.")
    let headers = Key("headers", .headers, "get: header fields.")
    let every = Key(
        "every", .duration, "The time from one sample to the next, 10ms at least; 1s unless given.")
    let timeout = Key("timeout", .duration, "How long a sample may take; 2s unless given.")
    let read = Key("read", .node(.probeFormat), "How it is read; number unless given.")
    let value = Key(
        "value", .node(.name),
        "json: a path; csv: a column; lines: a name; prometheus: a metric. All but json also a sum: a + b.")
    let `where` = Key(
        "where", .node(.oneOf([.text, .list(.text, atLeast: 1)])),
        "csv, lines, prometheus: which rows, lines or samples, e.g. database == paintbox.")

    var rules: [KeyRule] { [.exactlyOne(of: command, get)] }
}

/// The keys of `drill:`.
struct DrillKeys: KeyGroup {
    static let about = GroupAbout("drill", "What is broken beside the load, and how it is told what that cost")

    let steady = Key(
        "steady", .duration, "How long the objectives must hold before the first fault; 10s unless given.")
    let timeline = Key(
        "timeline", .list(.group(DrillEventKeys.self), of: "events", lacks: "a drill needs a fault"),
        "The faults and what ends them, in the order of time.", required: true)
    let effective = Key(
        "effective", .effect, "What shows that the first fault took effect; by the fault's own kind unless given.")
    let settle = Key(
        "settle", .duration,
        "The length of the window that must meet all objectives for the system to count as recovered; 10s unless given."
    )
    let limits = Key("limits", .group(DrillLimitKeys.self), "Beyond them all faults are undone at once.")
    let roles = Key("roles", .roles, "Probes whose changes are drawn as changes of roles.")
    let answeredBy = Key(
        "answered_by", .headerName,
        "The header field of answers that tells who answered, such as a region or a version.")
    let audit = Key("audit", .node(of: AuditKeys.self), "How acknowledged writes are found again.")
}

/// The keys of an entry of `timeline:`.
struct DrillEventKeys: KeyGroup {
    static let about = GroupAbout("drill_event", "A fault, or its end")

    let at = Key("at", .durationOrZero, "When, from the start of the load.", required: true)
    let fault = Key(
        "fault", .node(.oneOf([.text, .mapping(KeyTable(FaultActionKeys.self))])),
        "What is broken: kill primary, latency database 300ms, {run: [program, argument]}, {post: URL}.")
    let restore = Key("restore", .name("what was broken"), "The name of a fault, or of what it broke: it is undone.")
    let undo = Key(
        "undo", .node(.oneOf([.choice(["none"]), .mapping(KeyTable(FaultActionKeys.self))])),
        "What undoes a fault that is a program or a request: the same, or none.")
    let name = Key("name", .name("a name"), "The fault's name, for restore and --only.")
    let effective = Key("effective", .effect, "What shows that the fault took effect; by its own kind unless given.")

    var rules: [KeyRule] {
        [
            .exactlyOne(
                of: fault, restore, missing: "an event has either fault or restore",
                beside: { _, _ in "an event has either fault or restore" })
        ]
    }
}

/// A program or a request that breaks or mends something.
struct FaultActionKeys: KeyGroup {
    static let about = GroupAbout("fault_action", "A program or a request that breaks or mends something")

    let run = Key("run", .command, "The program and its arguments; no shell.")
    let methods = KeyFamily([Step.Method.get, .post, .put, .patch, .delete]) { method in
        Key(
            method.rawValue.lowercased(), .url,
            "\(method.rawValue) of a path or http[s]:// URL; its answer must be 2xx.")
    }
    let headers = Key("headers", .headers, "Header fields of the request.")
    let json = Key("json", .node(.anything), "The request's body, sent as JSON.")
    let timeout = Key("timeout", .duration, "How long it may take; 60s unless given.")

    var rules: [KeyRule] {
        [
            .exactlyOne(
                of: run, methods, missing: "expected run with a program, or a request such as post",
                beside: { other, first in "\(quoted(other)) can't stand beside \(quoted(first))" })
        ]
    }
}

/// The keys of `limits:` of a drill.
struct DrillLimitKeys: KeyGroup {
    static let about = GroupAbout("drill_limits", "How much a drill may cost before all is undone")

    let outage = Key("outage", .duration, "The longest time in which a flow has no success.")
    let errors = Key("errors", .ratio("20%"), "The share of failed exchanges since the first fault.")
}

/// The keys of `audit:`.
struct AuditKeys: KeyGroup {
    static let about = GroupAbout("audit", "How acknowledged writes are found again")

    let write = Key(
        "write", .name("a step's name"), "The step whose good answer acknowledges the write of ${write.id}.",
        required: true)
    let read = Key("read", .group(AuditReadKeys.self), "What finds writes again: get, list, or both.", required: true)
    let rate = Key("rate", .rate, "How many reads are sent a second; 100/s unless given.")
    let refused = Key(
        "refused", .statuses,
        "The statuses by which the service says for certain that the write was not applied, such as 503 or 500..504; 5xx "
            + "answers leave that open unless given.")
}

/// The keys of `read:` of an audit.
struct AuditReadKeys: KeyGroup {
    static let about = GroupAbout("audit_read", "What finds writes again")

    let get = Key("get", .url, "The path or http[s]:// URL that finds one write, with ${write.id} in it.")
    let list = Key("list", .node(of: AuditListKeys.self), "The list of all writes: it shows unexpected ones, too.")
    let headers = Key("headers", .headers, "Header fields of the requests; they replace defaults of the same name.")
    let auth = Key(
        "auth", .stepAuthentication,
        "How the requests prove who sends them, by basic or bearer, instead of defaults.http.auth; none: not at all.")
    let timeout = Key("timeout", .duration, "How long a read may take; defaults.timeout unless given.")
    let found = Key(
        "found", .node(.text), "The check that holds of an answer that has the write; status == 200 unless given.")
    let applied = Key("applied", .jsonPath, "json $.path: how often the write was applied.")
    let version = Key("version", .jsonPath, "json $.path: the version of what was written, a number that only grows.")

    var rules: [KeyRule] {
        [.oneSet(of: [get], [list], missing: "expected get with ${write.id} in it, or list")]
    }
}

/// The keys of `list:` of an audit's read.
struct AuditListKeys: KeyGroup {
    static let about = GroupAbout("audit_list", "A list of all writes, which is read page by page")

    let get = Key(
        "get", .url, "The path or http[s]:// URL of a page; ${cursor} is empty in the first one.", required: true)
    let items = Key("items", .jsonPath, "json $.path: the list in a page's answer.", required: true)
    let id = Key("id", .jsonPath, "json $.path, from an item on: the id of its write; the item itself unless given.")
    let applied = Key("applied", .jsonPath, "json $.path, from an item on: how often its write was applied.")
    let next = Key(
        "next", .jsonPath,
        "json $.path: the cursor of the next page; absent, null or empty in the last one. Without it there is one page."
    )
    let exclusive = Key(
        "exclusive", .boolean,
        "true: nothing but this drill writes there, so that any other id is unexpected; false unless given.")
}

/// The keys of an entry of `proxies:`.
struct ProxyKeys: KeyGroup {
    static let about = GroupAbout("proxy", "A TCP proxy through which a drill disturbs connections")

    let listen = Key("listen", .hostPort, "Where it listens: an address of loopback and a port.", required: true)
    let upstream = Key("upstream", .hostPort, "Where it connects to, host:port.", required: true)
    let toxiproxy = Key(
        "toxiproxy", .constantURL,
        "The http:// URL of a Toxiproxy's API that carries it; Loadgate's own unless given.")
}

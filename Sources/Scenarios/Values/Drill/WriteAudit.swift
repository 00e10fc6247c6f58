/// How a drill tells what became of writes: the terms are those of Jepsen's set checkers.
public struct WriteAudit: Sendable {
    /// The step whose good answer acknowledges the write of `${write.id}`.
    public var write: String
    /// How a write is found again.
    public var read: AuditRead
    /// How many reads are sent a second, during the load (of writes known by then) and after it; at least 1.
    public var rate: Double = 100
    /// The statuses by which the service says for certain that it did not apply the write; other answers of 5xx leave that open.
    public var refused: [ClosedRange<Int>] = []

    /// Makes an audit.
    public init(write: String, read: AuditRead) {
        self.write = write
        self.read = read
    }
}

/// How writes are found again: one by one, by a list of all, or by both.
public struct AuditRead: Sendable {
    /// The request that finds one write; `${write.id}` stands for it. Its method is GET. nil: `list` alone tells.
    public var request: VerifiedRequest?
    /// Holds of an answer that has the write.
    public var found: Check
    /// Where an answer says how often the write was applied; nil: not told.
    public var applied: JSONPath?
    /// Where an answer says the version of what was written, a number that only grows; nil: not told.
    public var version: JSONPath?
    /// The list of all writes; nil: there is none.
    public var list: AuditList?
    /// How its requests prove who sends them, by `basic` or `bearer`; nil: not at all.
    public var authentication: Authentication?

    /// Makes a read; `request` and the list are not both nil.
    public init(request: VerifiedRequest?, found: Check = .isOK) {
        self.request = request
        self.found = found
    }
}

/// A list of all writes, which is read page by page.
public struct AuditList: Sendable {
    /// The request of a page; `${cursor}` stands for what the page before said, for nothing in the first one.
    public var request: VerifiedRequest
    /// Where a page has its items.
    public var items: JSONPath
    /// Where an item has the write's id; nil: it is the id.
    public var id: JSONPath?
    /// Where an item says how often the write was applied; nil: not told.
    public var applied: JSONPath?
    /// Where a page has the cursor of the next one; nil: there is one page.
    public var next: JSONPath?
    /// True where nothing but this run writes there: any other id is unexpected.
    public var isExclusive = false
    /// True where other steps send `${write.id}` to write, too: then an id that the audited step never sent is theirs.
    public var sharesIDs = false

    /// Makes a list.
    public init(request: VerifiedRequest, items: JSONPath) {
        self.request = request
        self.items = items
    }
}

extension Check {
    /// `status == 200`
    public static var isOK: Check {
        Check(subject: .status, predicate: .number(.equal, DecimalNumber(200)), source: "status == 200")
    }
}

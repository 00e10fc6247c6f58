/// What was learnt of a host's name in a run, and which of its addresses carried what.
public struct NameRecord: Sendable, Equatable {
    /// Who answered for the name.
    public enum Source: String, Sendable, CaseIterable, Codable {
        /// A name server.
        case dns
        /// This machine's own file of hosts.
        case hosts
        /// Only the system's resolver, which tells no TTL.
        case system
    }

    /// A change of the name's addresses.
    public struct Change: Sendable, Equatable {
        /// When it was noticed, from the beginning of the load.
        public var at: Span
        /// The numeric addresses before, at most `shown`.
        public var before: [String]
        /// Those from then on, likewise.
        public var after: [String]
        /// True where those from then on are not allowed, so that nothing is sent to them.
        public var isRefused: Bool

        /// Addresses of a change that are kept at most.
        public static let shown = 16

        /// Makes a change.
        public init(at: Span, before: [String], after: [String], isRefused: Bool) {
            self.at = at
            self.before = Array(before.prefix(Self.shown))
            self.after = Array(after.prefix(Self.shown))
            self.isRefused = isRefused
        }
    }

    /// An address of the name that was seen.
    public struct Address: Sendable, Equatable {
        /// The numeric address.
        public var address: String
        /// What it carried; nil where that is not told, as of a proxy's.
        public var tally: AddressTally?

        /// Makes an address.
        public init(address: String, tally: AddressTally? = nil) {
            self.address = address
            self.tally = tally
        }
    }

    /// Changes that are kept at most; all are counted.
    public static let keptChanges = 500

    /// The name.
    public var name: String
    /// Who answered last.
    public var source: Source
    /// How long the last answer may be kept, in whole seconds; nil where nobody said.
    public var lifetime: Int?
    /// Look-ups that have ended, the first one among them.
    public var lookUps: UInt64 = 0
    /// Those of them that failed: the addresses from before stayed.
    public var failures: UInt64 = 0
    /// Why the last of these did.
    public var failure: String?
    /// Those that led where no load may go: nothing was sent there.
    public var refusals: UInt64 = 0
    /// Addresses that were not used, since the name had shown too many.
    public var leftOut: UInt64 = 0
    /// How often the set of addresses changed.
    public var changeCount: UInt64 = 0
    /// The first changes, at most `keptChanges`.
    public var changes: [Change] = []
    /// All addresses that it had, in the order in which they were first seen.
    public var addresses: [Address] = []

    /// Makes the record of a name.
    public init(name: String, source: Source) {
        self.name = name
        self.source = source
    }
}

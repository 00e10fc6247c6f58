public import Measures
internal import Scenarios
internal import VerificationKit

/// What was learnt of a host's name, as it stands in a result.
public struct NameResult: Codable, Equatable, Sendable {
    /// A change of its addresses.
    public struct Change: Codable, Equatable, Sendable {
        /// When it was noticed, in seconds from the beginning of the load.
        public var at: Double
        /// The first addresses before.
        public var from: [String]
        /// The first addresses from then on.
        public var to: [String]
        /// True where nothing is sent to them, since load may not go there; absent elsewhere.
        public var refused: Bool?

        enum CodingKeys: String, CodingKey {
            case at = "at_seconds"
            case from, to, refused
        }
    }

    /// An address that it had.
    public struct Address: Codable, Equatable, Sendable {
        /// The numeric address.
        public var address: String
        /// The measured exchanges that it carried, or was to carry; absent where that is not told.
        public var exchanges: UInt64?
        /// Those of them that failed.
        public var failed: UInt64?
    }

    /// Who answered for it: `dns`, `hosts` or `system`.
    public var source: NameRecord.Source
    /// How long the last answer may be kept; absent where nobody said.
    public var ttl: Int?
    /// Look-ups that ended.
    public var lookUps: UInt64
    /// Those that failed, so that the addresses from before stayed.
    public var failures: UInt64
    /// Why the last of them failed.
    public var failure: String?
    /// Those that led where no load may go.
    public var refused: UInt64
    /// Addresses beyond those that are told apart.
    public var leftOut: UInt64?
    /// How often the set of addresses changed.
    public var changed: UInt64
    /// The first of these changes; absent where there was none.
    public var changes: [Change]?
    /// All addresses, in the order in which they were first seen.
    public var addresses: [Address]

    enum CodingKeys: String, CodingKey {
        case source
        case ttl = "ttl_seconds"
        case lookUps = "lookups"
        case failures, failure, refused
        case leftOut = "left_out"
        case changed, changes, addresses
    }
}

extension NameResult {
    /// The result of a record.
    init(_ record: NameRecord, redact: (String) -> String) {
        self.init(
            source: record.source, ttl: record.lifetime, lookUps: record.lookUps, failures: record.failures,
            failure: record.failure.map(redact), refused: record.refusals,
            leftOut: record.leftOut > 0 ? record.leftOut : nil, changed: record.changeCount,
            changes: record.changes.isEmpty
                ? nil
                : record.changes.map {
                    Change(
                        at: Rounding.thousandths($0.at.seconds), from: $0.before, to: $0.after,
                        refused: $0.isRefused ? true : nil)
                },
            addresses: record.addresses.map {
                Address(address: $0.address, exchanges: $0.tally?.exchanges, failed: $0.tally?.failed)
            })
    }

    /// True where there is more to tell than that the name had an address.
    var isTold: Bool { addresses.count > 1 || failures > 0 || refused > 0 || leftOut != nil }

    /// What happened beyond addresses and exchanges, in a sentence each.
    var notes: [String] {
        var notes: [String] = []
        if changed > 0 { notes.append("its addresses changed \(counted(Int(clamping: changed), "time"))") }
        if failures > 0 {
            let why = failure.map { ", the last time because: \($0)" } ?? ""
            notes.append(
                "\(counted(Int(clamping: failures), "look-up")) of \(Figure.grouped(lookUps)) failed, and the addresses from "
                    + "before stayed\(why)")
        }
        if refused > 0 {
            notes.append(
                "\(counted(Int(clamping: refused), "look-up")) led where no load may go: nothing was sent there")
        }
        if let leftOut { notes.append("\(Figure.grouped(leftOut)) addresses more than are told apart were not used") }
        return notes
    }
}

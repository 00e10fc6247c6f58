package import Measures

/// Fields that say in numbers or letters what a cache did.
extension CacheStatus {
    /// `X-Varnish`: the request's own number; of a hit also that of the fetch by which the object came (Varnish,
    /// "Transactions"). A pass looks like a miss.
    package static func varnish(_ fields: [HeaderLine]) -> CacheStatus? {
        guard let line = fields.values("X-Varnish").last else { return nil }
        let numbers = varnishNumbers(line)
        let kind: Kind = numbers.count == 1 ? .miss : numbers.count == 2 ? .hit : .unknown
        return CacheStatus(field: "X-Varnish", kind: kind, words: line)
    }

    /// The numbers of `X-Varnish`; empty where it holds something else.
    private static func varnishNumbers(_ line: String) -> [UInt64] {
        let words = line.split { $0 == " " || $0 == "\t" }
        let numbers = words.compactMap { UInt64($0) }
        return numbers.count == words.count ? numbers : []
    }

    /// The number of the copy that a hit came from, and of the one that an answer that was fetched leaves behind: Varnish
    /// numbers a fetch right after the request that led to it. nil: not known.
    package static func copy(_ fields: [HeaderLine]) -> UInt64? {
        guard let line = fields.values("X-Varnish").last else { return nil }
        let numbers = varnishNumbers(line)
        switch numbers.count {
        case 1: return numbers[0] &+ 1
        case 2: return numbers[1]
        default: return nil
        }
    }

    /// The codes of Traffic Server's `Via`: `[uScHs f p eN:t cCHp s ]`, or `[cHs f ]` for short. `c` is what the look-up
    /// found, `s` what the origin answered (Traffic Server, "Via Codes").
    package static func trafficServer(_ fields: [HeaderLine]) -> CacheStatus? {
        let value = fields.values("Via").joined(separator: ", ")
        guard let name = value.ranges(of: "ApacheTrafficServer").last else { return nil }
        let rest = value[name.upperBound...]
        guard let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") else { return nil }
        let codes = Array(rest[rest.index(after: open)..<close].prefix { $0 != ":" })
        var values: [Character: Character] = [:]
        for index in stride(from: 0, to: codes.count - 1, by: 2) { values[codes[index]] = codes[index + 1] }
        guard let found = values["c"] else { return nil }
        var status = CacheStatus(field: "Via", kind: .unknown, words: String(rest[open...close]))
        let origin = values["s"] ?? " "
        switch found {
        case "H", "R": status.kind = origin == "S" ? .miss : .hit
        case "S" where origin == "N": status.kind = .revalidated
        case "S" where origin == "S": status.kind = .miss
        // Too old, and the origin not asked, or without success.
        case "S": (status.kind, status.isStale) = (.hit, true)
        case "M", "A": status.kind = .miss
        case " ": status.kind = .notEligible
        default: break
        }
        return status
    }
}

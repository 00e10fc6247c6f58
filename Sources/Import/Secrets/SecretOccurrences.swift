/// A secret that is looked for in every text.
struct SearchedSecret {
    var bytes: [UInt8]
    /// The variable that takes its place.
    var variable: String
}

/// Where known secrets stand in a text: as they are, coded, or within base64.
struct SecretOccurrences {
    /// A secret in the text.
    struct Occurrence {
        var range: Range<Int>
        var variable: String
        /// What the variable of the coded value ends in; empty for the secret as it is.
        var coding: String
    }

    /// In rising order, none in another.
    private(set) var places: [Occurrence] = []

    /// Looks for the secrets, of which the longest come first.
    init(in bytes: [UInt8], _ secrets: [SearchedSecret]) {
        guard !secrets.isEmpty else { return }
        for secret in secrets {
            for range in Self.ranges(of: secret.bytes, in: bytes) { add(range, secret.variable, "") }
        }
        for chain in CodedText.chains {
            var coded = CodedText(bytes)
            guard chain.allSatisfy({ coded.decode($0) }) else { continue }
            for secret in secrets {
                for range in Self.ranges(of: secret.bytes, in: coded.bytes) {
                    let location =
                        coded.places[range.lowerBound].lowerBound..<coded.places[range.upperBound - 1].upperBound
                    add(location, secret.variable, chain.contains(.percent) ? "ENCODED" : "ESCAPED")
                }
            }
        }
        for run in CodedText.base64Runs(in: bytes) {
            for secret in secrets where TextSearch.first(secret.bytes, in: run.bytes, from: 0) != nil {
                add(run.range, secret.variable, "BASE64")
            }
        }
    }

    /// A place, unless one that was found before it covers some of it.
    private mutating func add(_ range: Range<Int>, _ variable: String, _ coding: String) {
        let index = places.firstIndex { $0.range.upperBound > range.lowerBound } ?? places.count
        guard index == places.count || places[index].range.lowerBound >= range.upperBound else { return }
        places.insert(Occurrence(range: range, variable: variable, coding: coding), at: index)
    }

    private static func ranges(of wanted: [UInt8], in bytes: [UInt8]) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        while let index = TextSearch.first(wanted, in: bytes, from: start) {
            start = index + wanted.count
            result.append(index..<start)
        }
        return result
    }
}

/// Finds files whose aliases stand for far more values than the file has characters ("billion laughs").
///
/// Yams shares what aliases stand for, so that they cost nothing as values; but it compares *keys* deeply before a node
/// is at hand that could be counted. So keys that could be such a node are found in the text.
enum AliasBudget {
    /// True where a key could hold more than a million values. Never true of a file whose aliases don't hold aliases.
    static func isExceeded(by text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.contains("&"), scalars.contains("*") else { return false }

        var definitions: [String: (total: Double, index: Int)] = [:]
        var costs: [String: Double] = [:]
        var total = 0.0
        var largest = 0.0
        var mayBeKey = false
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let startsToken = index == 0 || isDelimiter(scalars[index - 1])
            if scalar == "?" || scalar == "]" || scalar == "}" {
                let next = scalars[(index + 1)...].first { $0 != " " && $0 != "\t" }
                mayBeKey = mayBeKey || (scalar == "?" ? startsToken : next == ":")
            }
            guard startsToken, scalar == "&" || scalar == "*" else {
                index += 1
                continue
            }
            let name = String(String.UnicodeScalarView(scalars[(index + 1)...].prefix(while: isName)))
            let end = index + 1 + name.unicodeScalars.count
            if scalar == "&" {
                definitions[name] = (total, index)
                costs[name] = nil
            } else if let definition = definitions[name] {
                // What an anchor stands for ended before its first use: that bounds it.
                let cost = costs[name] ?? (1 + Double(index - definition.index) + total - definition.total)
                costs[name] = cost
                total += cost
                largest = max(largest, cost)
                let next = scalars[end...].first { $0 != " " && $0 != "\t" }
                mayBeKey = mayBeKey || next == ":" || next == "," || next == "}" || next == "]"
            }
            index = max(end, index + 1)
        }
        return mayBeKey && largest > 1_000_000
    }

    private static func isDelimiter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\t", "\n", "\r", "[", "{", ",", ":", "-", "?", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}

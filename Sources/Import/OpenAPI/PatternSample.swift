/// Makes a text that matches a simple regular expression: characters, classes, groups and their repetitions.
///
/// What it doesn't know (assertions, backreferences, lazy repetitions) it refuses, so that no expression has to be run:
/// one that a stranger wrote may take for ever.
enum PatternSample {
    private static let maximumLength = 200

    /// The text; nil where the pattern is beyond it, or the text would be too long or too short.
    static func text(_ pattern: String, minimum: Int, maximum: Int) -> String? {
        guard pattern.utf8.count <= 500 else { return nil }
        // First with as few repetitions as there may be, then with as many as make the text long enough: one that is
        // empty is the last resort, since servers rarely mean it.
        var empty: String?
        for extra in [0, max(minimum, 1)] {
            var parser = Parser(scalars: Array(pattern.unicodeScalars), extra: extra)
            guard let text = parser.alternatives(depth: 0), parser.isAtEnd, text.count <= maximumLength,
                minimum...max(minimum, maximum) ~= text.count
            else { continue }
            if !text.isEmpty { return text }
            empty = text
        }
        return empty
    }

    private struct Parser {
        let scalars: [Unicode.Scalar]
        /// Repetitions are made so often, where they may be.
        let extra: Int
        var index = 0

        var isAtEnd: Bool { index == scalars.count }
        private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

        /// The first alternative; the others are skipped.
        mutating func alternatives(depth: Int) -> String? {
            guard depth < 8, let first = sequence(depth: depth) else { return nil }
            while next == "|" {
                index += 1
                guard sequence(depth: depth) != nil else { return nil }
            }
            return first
        }

        private mutating func sequence(depth: Int) -> String? {
            var text = ""
            while let scalar = next, scalar != "|", scalar != ")" {
                guard let atom = atom(depth: depth), let count = repetitions() else { return nil }
                guard text.count + atom.count * count <= maximumLength else { return nil }
                text += String(repeating: atom, count: count)
            }
            return text
        }

        private mutating func atom(depth: Int) -> String? {
            guard let scalar = next else { return nil }
            index += 1
            switch scalar {
            case "^", "$": return ""
            case ".": return "a"
            case "(":
                if next == "?" {
                    guard index + 1 < scalars.count, scalars[index + 1] == ":" else { return nil }
                    index += 2
                }
                guard let inner = alternatives(depth: depth + 1), next == ")" else { return nil }
                index += 1
                return inner
            case "[": return characterClass()
            case "\\": return escape().map { String($0) }
            case "*", "+", "?", "{", "}", "]": return nil
            default: return String(scalar)
            }
        }

        private mutating func escape() -> Unicode.Scalar? {
            guard let scalar = next else { return nil }
            index += 1
            switch scalar {
            case "d": return "1"
            case "w": return "a"
            case "s": return " "
            default: return scalar.properties.isAlphabetic || "0"..."9" ~= scalar ? nil : scalar
            }
        }

        /// The first character of a class; of one that excludes, the first that it doesn't.
        private mutating func characterClass() -> String? {
            var isExcluding = false
            if next == "^" {
                isExcluding = true
                index += 1
            }
            var members: [ClosedRange<Unicode.Scalar>] = []
            while let scalar = next, scalar != "]" || members.isEmpty {
                index += 1
                var low = scalar
                if scalar == "\\" {
                    guard let escaped = escape() else { return nil }
                    low = escaped
                }
                var high = low
                if next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" {
                    high = scalars[index + 1]
                    index += 2
                }
                guard low <= high, high != "\\" else { return nil }
                members.append(low...high)
            }
            guard next == "]", let first = members.first else { return nil }
            index += 1
            let letters = members.first { $0.lowerBound.properties.isAlphabetic || "0"..."9" ~= $0.lowerBound }
            if !isExcluding { return String((letters ?? first).lowerBound) }
            return "aA1_-".unicodeScalars.first { scalar in !members.contains { $0 ~= scalar } }.map { String($0) }
        }

        private mutating func repetitions() -> Int? {
            switch next {
            case "*", "?":
                let isUnbounded = next == "*"
                index += 1
                return isUnbounded ? extra : 0
            case "+":
                index += 1
                return max(1, extra)
            case "{":
                guard let close = scalars[index...].firstIndex(of: "}") else { return nil }
                let text = String(String.UnicodeScalarView(scalars[(index + 1)..<close]))
                index = close + 1
                let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
                guard let low = bounds.first ?? nil, 0...PatternSample.maximumLength ~= low else { return nil }
                return bounds.count > 1 ? max(low, min(bounds[1] ?? extra, extra)) : low
            default: return 1
            }
        }
    }
}

internal import Scenarios

/// Finds what is sensitive in texts that are written down or shown: requests, answers, recordings.
public enum SensitiveText {
    private static let scanner = CredentialScanner()

    /// True for a value that is a key or token by its looks, or a text that names a secret and gives it.
    public static func isSensitive(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        return hasKnownBeginning(bytes) || bearsCredentials(value) || givesSecret(value)
            || !scanner.candidates(in: bytes, path: "").isEmpty
    }

    /// Something sensitive in a text.
    public struct Found: Sendable, Equatable {
        /// Where it stands, in bytes of UTF-8.
        public var range: Range<Int>
        /// What it is called: an element's name, or the sort of credential.
        public var name: String
    }

    /// What stands in a text: credentials that the scanner finds, and the contents of elements and attributes of XML whose
    /// names are sensitive. In rising order, none in another.
    public static func found(in bytes: [UInt8]) -> [Found] {
        let credentials = scanner.candidates(in: bytes, path: "").map { candidate in
            Found(range: candidate.range, name: candidate.kind.rawValue.replacing("generic_", with: ""))
        }
        var result: [Found] = []
        for found in (MarkupSecrets.found(in: bytes) + credentials).sorted(by: {
            ($0.range.lowerBound, -$0.range.upperBound) < ($1.range.lowerBound, -$1.range.upperBound)
        }) where found.range.lowerBound >= result.last?.range.upperBound ?? 0 && !found.range.isEmpty {
            result.append(found)
        }
        return result
    }

    /// True for what stands in manuals where a secret would: `changeme`, `<token>`, `string`.
    public static func isPlaceholder(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard Placeholder.isPlaceholder(bytes[...]) else { return false }
        // Few different characters make a poor password, but one all the same: only those of one sort are filled in later.
        let isMixed =
            bytes.contains(where: ByteClass.letters.contains) && bytes.contains(where: ByteClass.digits.contains)
        return !isMixed || !Placeholder.isMonotonous(bytes[...])
    }

    // MARK: - Beginnings

    /// Beginnings of keys that open test systems only, which the scanner leaves alone.
    private static let ofTests = ["sk_test_", "rk_test_", "pk_test_", "sk-", "sk_", "dop_", "glpat-"]

    /// The beginnings of the scanner's tokens: in a request a word that begins like one is one, whatever its length and
    /// alphabet, and however made up it looks.
    private static let beginnings: KeywordAutomaton = KeywordAutomaton(prefixes.map { $0.lowercased() })
    private static let prefixes: [String] = Array(
        Set(TokenRule.all.map(\.prefix.description).filter { $0.utf8.count >= 4 } + ofTests)
    ).sorted()

    private static func hasKnownBeginning(_ bytes: [UInt8]) -> Bool {
        var isFound = false
        beginnings.forEachOccurrence(in: bytes) { number, end in
            let prefix = Array(prefixes[number].utf8)
            let start = end - prefix.count
            guard !isFound, bytes[start..<end].elementsEqual(prefix), TextScan.startsWord(bytes, at: start) else {
                return
            }
            isFound = TextScan.skip(ByteClass("a-zA-Z0-9_.+%-"), bytes, from: start) - start >= 16
        }
        return isFound || TextScan.find("-----BEGIN", bytes, in: 0..<bytes.count) != nil
            || TextScan.find("eyJ", bytes, in: 0..<bytes.count).map { isToken(bytes, at: $0) } ?? false
    }

    /// A JSON Web Token: parts with dots between, the first of which begins with `{"` in base64.
    private static func isToken(_ bytes: [UInt8], at start: Int) -> Bool {
        let end = TextScan.skip(.base64URL, bytes, from: start, within: 4096)
        return TextScan.startsWord(bytes, at: start) && end < bytes.count && bytes[end] == UInt8(ascii: ".")
            && end + 1 < bytes.count && ByteClass.base64URL.contains(bytes[end + 1])
    }

    /// `Bearer …`, `Basic …`, or `user:password@` in a URL.
    private static func bearsCredentials(_ value: String) -> Bool {
        let lowered = value.lowercased()
        for scheme in ["bearer ", "basic "] {
            if lowered.hasPrefix(scheme), lowered.utf8.count > scheme.utf8.count + 7,
                !lowered.dropFirst(scheme.count).contains(" ")
            {
                return true
            }
        }
        guard let scheme = value.firstRange(of: "://") else { return false }
        return value[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != " " }.contains("@")
    }

    // MARK: - Names within texts

    /// True where a sensitive name is followed by a value: `password=x`, `"token": "x"`, `<secret>x</secret>`.
    ///
    /// `$password: String` declares a variable of GraphQL, and `password: $password` uses it; both give nothing away.
    private static func givesSecret(_ value: String) -> Bool {
        let scalars = Array(value.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let start = index
            while index < scalars.count, isName(scalars[index]) { index += 1 }
            guard index > start else {
                index += 1
                continue
            }
            // Longer words are no names, and only cost time.
            guard index - start <= 64, start == 0 || scalars[start - 1] != "$" else { continue }
            var next = index
            func skip(_ characters: String) {
                while next < scalars.count, characters.unicodeScalars.contains(scalars[next]) { next += 1 }
            }
            skip("\"'\\ \t]")
            guard next < scalars.count, ":=>".unicodeScalars.contains(scalars[next]) else { continue }
            let isMarkup = scalars[next] == ">"
            next += 1
            skip("\"'\\ \t")
            guard next < scalars.count else { continue }
            // A password may begin with any mark, but what begins with these is something else in most texts.
            let isValue =
                isName(scalars[next]) || scalars[next].value > 127
                || (isMarkup ? scalars[next] != "<" : "!#%*+@^~".unicodeScalars.contains(scalars[next]))
            guard isValue, scalars[next].value > 32 else { continue }
            if SensitiveName.isOne(String(String.UnicodeScalarView(scalars[start..<index]))) { return true }
        }
        return false
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}

/// Finds secrets in what is about to leave the process, so that they can be replaced: as they are, and in every coding that
/// servers, formats and we ourselves write them in.
///
/// Three things are looked for:
/// * **pieces of 8 bytes or more**, wherever they stand and wherever the rest was cut off: by us, by a server that echoes the
///   beginning of what it got, at the end of a line. Eight bytes by chance are what an ordinary text doesn't hold; and of
///   a secret that is worth its name, fewer say little. Letters of ASCII count in upper and lower case. Of documents, texts over
///   256 bytes that hold blanks, pieces are of 16 bytes; of JSON objects of 24.
/// * **whole secrets of 4 to 7 bytes**, in the same case. Shorter ones are not looked for.
/// * **halves**: of secrets below 16 bytes also a beginning or an end of at least half of it, and at least 5 bytes, if it ends
///   at a mark or at the text's end and is more than letters.
///
/// The text is looked at as it is, and with its escapes undone, up to three layers of them (`TextLayer`): `\u0041`,
/// `%41`, `&#65;`, and one within the other. Codings that don't keep bytes apart are searched as further secrets
/// (`SecretForms`): hexadecimal digits, and base64 at each of the three places that a byte can have in it. Blanks in a row count
/// as one, since texts are put on one line.
///
/// The pieces are in one table by their 8 bytes, whatever the number of secrets, so that the time grows with the text's length
/// only. An automaton of whole words (Aho and Corasick) would have to hold every piece of every coding as a word of its own.
struct Redactor: Sendable {
    /// A value and what is shown in its place.
    struct Secret: Equatable, Sendable {
        var value: String
        var shown: String
        /// True for a user and a password in one, of which only the base64 is a secret.
        var isPair = false
    }

    /// A secret in a text, by its index in bytes.
    struct Found {
        var range: Range<Int>
        var shown: [UInt8]
    }

    /// Bytes of a secret that is looked for.
    static let shortest = 4
    /// The text is looked at in parts, so that memory is bounded; they overlap by more than 8 bytes take in any coding.
    private static let part = 64 * 1024
    private static let overlap = 1024

    private let labels: [[UInt8]]
    private let pieces: PieceTable
    private let words: WordTable
    /// How many bytes beside an escape may be of the same piece.
    private let around: Int

    /// Prepares the search for secrets.
    init(_ secrets: [Secret]) {
        var labels: [[UInt8]] = []
        var pieces = PieceTable.Builder()
        var words = WordTable()
        // The longest last: of a secret that holds another one its own name is shown.
        for secret in secrets.sorted(by: { $0.value.utf8.count < $1.value.utf8.count }) {
            let label = labels.count
            labels.append(Array(secret.shown.utf8))
            for form in secret.isPair ? SecretForms.ofPair(secret.value) : SecretForms.of(secret.value) {
                pieces.add(form, label: label)
                words.add(form, label: label)
            }
        }
        around = max(128, min(Self.overlap, pieces.longestLeast))
        self.labels = labels
        self.pieces = PieceTable(pieces)
        self.words = words
    }

    /// All secrets in a text, in no order; they may overlap.
    func found(in text: UnsafeBufferPointer<UInt8>) -> [Found] {
        guard !labels.isEmpty, !text.isEmpty else { return [] }
        var found: [Found] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Self.part)
            let part = UnsafeBufferPointer(rebasing: text[start..<end])
            look(at: part, offset: start, isEnd: end == text.count, &found)
            if end == text.count { break }
            start = end - Self.overlap
        }
        if found.isEmpty { return [] }
        let shown = labelRanges(in: text)
        // What stands in place of a secret may itself look like one: `${env:API_PASSWORD}`.
        if !shown.isEmpty {
            found.removeAll { one in
                shown.contains { $0.lowerBound <= one.range.lowerBound && one.range.upperBound <= $0.upperBound }
            }
        }
        return found
    }

    private func look(
        at part: UnsafeBufferPointer<UInt8>, offset: Int, isEnd: Bool, _ found: inout [Found]
    ) {
        var search = PieceSearch(pieces: pieces, words: words)
        search.scan(part, isStart: offset == 0, isEnd: isEnd)
        take(search.hits, offset: offset, &found)
        for region in TextLayer.regions(of: part, around: around) {
            var search = PieceSearch(pieces: pieces, words: words)
            for layer in TextLayer.all(of: UnsafeBufferPointer(rebasing: part[region])) {
                search.scan(
                    layer, isStart: offset + region.lowerBound == 0, isEnd: isEnd && region.upperBound == part.count)
            }
            take(search.hits, offset: offset + region.lowerBound, &found)
        }
    }

    private func take(_ hits: [PieceSearch.Hit], offset: Int, _ found: inout [Found]) {
        for hit in hits {
            found.append(Found(range: (hit.start + offset)..<(hit.end + offset), shown: labels[hit.label]))
        }
    }

    /// Where what is shown in place of secrets stands in a text already.
    private func labelRanges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for index in text.indices where text[index] == UInt8(ascii: "$") || text[index] == UInt8(ascii: "*") {
            for label in labels where text.count - index >= label.count && text[index] == label.first {
                if text[index..<(index + label.count)].elementsEqual(label) {
                    ranges.append(index..<(index + label.count))
                }
            }
        }
        return ranges
    }

    /// A part of the text with what was found replaced; nil where there is nothing to replace.
    static func replace(
        _ found: [Found], in text: UnsafeBufferPointer<UInt8>, within part: Range<Int>
    ) -> [UInt8]? {
        let inPart = found.map { Found(range: wholeCharacters($0.range, in: text), shown: $0.shown) }
            .filter { $0.range.overlaps(part) }
        if inPart.isEmpty { return nil }
        // Of those that begin together the longest gives its name.
        let sorted = inPart.sorted {
            ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
        }
        var result: [UInt8] = []
        var next = part.lowerBound
        var isWithin = false
        for one in sorted {
            if one.range.lowerBound > next || !isWithin {
                if one.range.lowerBound > next { result += text[next..<one.range.lowerBound] }
                result += one.shown
            }
            isWithin = true
            next = max(next, one.range.upperBound)
        }
        if next < part.upperBound { result += text[next..<part.upperBound] }
        return result
    }

    /// A piece of a secret may begin and end within a character of UTF-8.
    private static func wholeCharacters(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start > 0, range.lowerBound - start < 3, text[start] & 0xC0 == 0x80 { start -= 1 }
        while end < text.count, end - range.upperBound < 3, text[end] & 0xC0 == 0x80 { end += 1 }
        return start..<end
    }
}

/// The lines of a YAML file, as libYAML counts them, with a record of what was inserted into them. Finding a place takes
/// no time that grows with the file; the text is made again only after something was inserted.
struct SourceLines {
    private struct Insertion {
        var line: Int
        var column: Int
        var length: Int
    }

    /// The whole text, insertions included.
    private(set) var text: String
    private var scalars: [Unicode.Scalar]
    /// Where each line begins in `scalars`; a line ends with its line break.
    private var starts = [0]
    private var insertions: [Insertion] = []

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            // CR LF is one break.
            case 0x0D where index + 1 < scalars.count && scalars[index + 1] == "\n": break
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: starts.append(index + 1)
            default: break
            }
        }
    }

    /// The scalars from a place to the end of its line.
    func rest(_ location: TextLocation) -> ArraySlice<Unicode.Scalar> {
        guard let line = range(ofLine: location.line) else { return [] }
        return scalars[min(line.lowerBound + max(0, location.column - 1), line.upperBound)..<line.upperBound]
    }

    /// True where a tab stands among the blanks at the beginning of a place's line, or at the place itself.
    func hasTabInIndentation(_ location: TextLocation) -> Bool {
        guard let line = range(ofLine: location.line) else { return false }
        return rest(location).first == "\t" || scalars[line].prefix { $0 == " " || $0 == "\t" }.contains("\t")
    }

    /// Inserts before the place.
    mutating func insert(_ text: String, at location: TextLocation) {
        guard let line = range(ofLine: location.line) else { return }
        let length = text.unicodeScalars.count
        scalars.insert(
            contentsOf: text.unicodeScalars, at: min(line.lowerBound + location.column - 1, line.upperBound))
        for number in location.line..<starts.count { starts[number] += length }
        insertions.append(Insertion(line: location.line, column: location.column, length: length))
        var view = String.UnicodeScalarView()
        // Without room for all of it at once, each append would move what is there.
        view.reserveCapacity(self.text.utf8.count + text.utf8.count)
        for scalar in scalars { view.append(scalar) }
        self.text = String(view)
    }

    /// The location in the file as it was before anything was inserted.
    func original(_ location: TextLocation) -> TextLocation {
        var location = location
        // Each insertion speaks of the text that the ones before it had made, so they are taken back from the last.
        for insertion in insertions.reversed()
        where insertion.line == location.line && location.column > insertion.column {
            location.column = max(insertion.column, location.column - insertion.length)
        }
        return location
    }

    private func range(ofLine line: Int) -> Range<Int>? {
        guard starts.indices.contains(line - 1) else { return nil }
        return starts[line - 1]..<(line < starts.count ? starts[line] : scalars.count)
    }
}

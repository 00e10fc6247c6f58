/// The lines of a YAML file, as libYAML counts them, with a record of what was inserted into them.
struct SourceLines {
    private struct Insertion {
        var line: Int
        var column: Int
        var length: Int
    }

    /// Each line with its line break.
    private var lines: [[Unicode.Scalar]] = [[]]
    private var insertions: [Insertion] = []

    init(_ text: String) {
        var endsWithReturn = false
        for scalar in text.unicodeScalars {
            // CR LF is one break: the LF stays on the CR's line.
            if endsWithReturn && scalar == "\n" {
                lines[lines.count - 2].append(scalar)
                endsWithReturn = false
                continue
            }
            lines[lines.count - 1].append(scalar)
            endsWithReturn = scalar == "\r"
            switch scalar.value {
            case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: lines.append([])
            default: break
            }
        }
    }

    /// The whole text, insertions included.
    var text: String {
        var view = String.UnicodeScalarView()
        for line in lines { view.append(contentsOf: line) }
        return String(view)
    }

    /// The scalars from a place to the end of its line.
    func rest(_ place: Place) -> ArraySlice<Unicode.Scalar> {
        guard lines.indices.contains(place.line - 1) else { return [] }
        return lines[place.line - 1].dropFirst(max(0, place.column - 1))
    }

    /// Inserts before the place.
    mutating func insert(_ text: String, at place: Place) {
        guard lines.indices.contains(place.line - 1) else { return }
        let index = min(place.column - 1, lines[place.line - 1].count)
        lines[place.line - 1].insert(contentsOf: text.unicodeScalars, at: index)
        insertions.append(Insertion(line: place.line, column: place.column, length: text.unicodeScalars.count))
    }

    /// The place in the file as it was before anything was inserted.
    func original(_ place: Place) -> Place {
        var place = place
        // Each insertion speaks of the text that the ones before it had made, so they are taken back from the last.
        for insertion in insertions.reversed() where insertion.line == place.line && place.column > insertion.column {
            place.column = max(insertion.column, place.column - insertion.length)
        }
        return place
    }
}

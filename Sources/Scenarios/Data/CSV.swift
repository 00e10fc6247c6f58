/// Parses comma-separated values with a header (RFC 4180; line breaks are LF, CRLF or CR, and empty lines are skipped). A
/// header without a comma that has semicolons or tabs is taken for one of a spreadsheet that separates by these.
package struct CSV {
    /// Problems shown of one file at most.
    static let maximumProblems = 20

    private struct Field {
        var location: TextLocation
        var text: String
    }

    /// The columns' names.
    package private(set) var columns: [String] = []
    /// The rows, a text per column.
    package private(set) var rows: [[String]] = []
    /// What is wrong, in the order of its places.
    package private(set) var problems: [(location: TextLocation, message: String)] = []
    /// Rows with a problem that is theirs alone, as far as they could be read; none of them is in `rows`.
    package private(set) var flawedRows: [(location: TextLocation, fields: [String], message: String)] = []
    /// What is wrong with the whole: the header, a quote without an end.
    package private(set) var fault: (location: TextLocation, message: String)?
    /// How many problems there are besides the ones kept.
    private(set) var furtherProblems = 0

    private let bytes: [UInt8]
    private var index = 0
    private var location = TextLocation(line: 1, column: 1)
    private var hasHeader = false
    private var separator = UInt8(ascii: ",")
    private var lastProblem: (location: TextLocation, message: String)?

    /// Parses a whole file, which must be UTF-8 without a byte order mark. Without rows it is a problem where some are
    /// needed.
    package init(_ text: String, needsRows: Bool = true) {
        bytes = Array(text.utf8)
        separator = Self.separator(of: bytes)
        while index < bytes.count {
            let start = location
            if takeLineBreak() { continue }
            let isRow = hasHeader
            lastProblem = nil
            let record = record()
            if let record { accept(record, at: start) }
            if let lastProblem {
                if isRow, let record {
                    if record.count == columns.count { rows.removeLast() }
                    flawedRows.append((lastProblem.location, record.map(\.text), lastProblem.message))
                } else {
                    fault = fault ?? lastProblem
                }
            }
            if record == nil { break }
        }
        if !hasHeader, problems.isEmpty {
            report(TextLocation(line: 1, column: 1), "the file is empty: expected a line with the columns' names")
            fault = lastProblem
        } else if needsRows, rows.isEmpty, problems.isEmpty {
            report(location, "the file has no rows")
        }
    }

    /// What separates the fields of the first line that isn't empty, quoted ones left out.
    private static func separator(of bytes: [UInt8]) -> UInt8 {
        var isQuoted = false
        var counts: [UInt8: Int] = [:]
        for byte in bytes.drop(while: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            counts[byte, default: 0] += 1
        }
        let other = [UInt8(ascii: ";"), UInt8(ascii: "\t")].max { counts[$0] ?? 0 < counts[$1] ?? 0 }
        guard counts[UInt8(ascii: ",")] == nil, let other, counts[other] != nil else { return UInt8(ascii: ",") }
        return other
    }

    private mutating func report(_ location: TextLocation, _ message: String) {
        lastProblem = (location, message)
        if problems.count < Self.maximumProblems {
            problems.append((location, message))
        } else {
            furtherProblems += 1
        }
    }

    private mutating func accept(_ record: [Field], at start: TextLocation) {
        guard hasHeader else {
            hasHeader = true
            columns = record.map(\.text)
            for (index, field) in record.enumerated() {
                if field.text.isEmpty {
                    report(field.location, "column \(index + 1) has no name")
                } else if columns[..<index].contains(field.text) {
                    report(field.location, "the column \(quoted(field.text)) occurs more than once")
                }
            }
            return
        }
        guard record.count == columns.count else {
            report(
                start, "the row has \(counted(record.count, "field")), the header \(counted(columns.count, "field"))")
            return
        }
        rows.append(record.map(\.text))
    }

    private mutating func advance() {
        // Bytes that continue a character take no column of their own.
        if bytes[index] & 0xC0 != 0x80 { location.column += 1 }
        index += 1
    }

    private mutating func takeLineBreak() -> Bool {
        guard index < bytes.count else { return false }
        if bytes[index] == UInt8(ascii: "\r") {
            index += index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n") ? 2 : 1
        } else if bytes[index] == UInt8(ascii: "\n") {
            index += 1
        } else {
            return false
        }
        location = TextLocation(line: location.line + 1, column: 1)
        return true
    }

    /// The fields up to a line break, which is taken; nil where the rest of the file can't be understood.
    private mutating func record() -> [Field]? {
        var fields: [Field] = []
        while true {
            let start = location
            let isQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
            guard let text = isQuoted ? quotedField() : plainField() else { return nil }
            fields.append(Field(location: start, text: text))
            guard index < bytes.count, bytes[index] == separator else { break }
            advance()
        }
        _ = takeLineBreak()
        return fields
    }

    private var atEndOfField: Bool {
        index == bytes.count || bytes[index] == separator || bytes[index] == UInt8(ascii: "\n")
            || bytes[index] == UInt8(ascii: "\r")
    }

    private mutating func plainField() -> String {
        let start = index
        var isReported = false
        while !atEndOfField {
            if bytes[index] == UInt8(ascii: "\""), !isReported {
                report(location, "a quote inside a field: the field must stand in quotes, and the quote be doubled")
                isReported = true
            }
            advance()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func quotedField() -> String? {
        let start = location
        var value: [UInt8] = []
        advance()
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                advance()
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                    if !atEndOfField {
                        report(
                            location,
                            "expected a \(separator == UInt8(ascii: ";") ? "semicolon" : separator == 9 ? "tab" : "comma") or the end of the line after the closing quote"
                        )
                        while !atEndOfField { advance() }
                    }
                    return String(decoding: value, as: UTF8.self)
                }
                value.append(byte)
                advance()
            } else {
                // A line break inside quotes belongs to the value, as it stands.
                let before = index
                if takeLineBreak() {
                    value += bytes[before..<index]
                } else {
                    value.append(byte)
                    advance()
                }
            }
        }
        report(start, "the quote is not closed")
        return nil
    }
}

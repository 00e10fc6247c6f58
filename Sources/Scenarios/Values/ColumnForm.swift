/// How the values of a table's column stand in JSON where a place is a value by itself: `json: {zip: "${shops.zip}"}`.
public enum ColumnForm: Sendable, Equatable {
    /// As texts.
    case text
    /// As they are written: each is a JSON value.
    case json
    /// Row by row, true for one that is a JSON value as it is written: JSON lines tell their values' types.
    case ofRows([Bool])

    /// The form of a row's value.
    public func isJSON(row: Int) -> Bool {
        switch self {
        case .text: false
        case .json: true
        case .ofRows(let rows): rows.indices.contains(row) && rows[row]
        }
    }

    /// The form of a column of a CSV file, which tells no types: of numbers where every value of it is one that comes back
    /// as it was written, and likewise of `true` and `false`, of `null`, and of objects and lists. One postal code with a
    /// zero in front, and none of the column is a number.
    public init(ofValues values: some Collection<String>) {
        guard let first = values.first, let kind = Kind(first) else {
            self = .text
            return
        }
        self = values.dropFirst().allSatisfy { Kind($0) == kind } ? .json : .text
    }

    private enum Kind {
        case number, boolean, null, container

        init?(_ value: String) {
            switch value {
            case "null": self = .null
            case "true", "false": self = .boolean
            default:
                if let first = value.utf8.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                    var parser = JSONLineParser(Array(value.utf8))
                    guard (try? parser.wholeValue()) != nil else { return nil }
                    self = .container
                } else {
                    guard JSONNumber.isCanonical(value) else { return nil }
                    self = .number
                }
            }
        }
    }
}

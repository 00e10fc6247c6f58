/// A table in CSV with a header (RFC 4180): the sum of some columns over the rows where the filters
/// hold, or without columns how many such rows there are.
public struct CSVFormat: ProbeFormat {
    /// What `read:` says.
    public static let name = "csv"

    /// The columns of the sum; none: rows are counted.
    public var columns: [String]
    /// What must hold of a row.
    public var filters: [Probe.Filter]

    /// Makes it of its keys, both optional.
    public static func read(_ keys: ProbeFormatKeys) -> CSVFormat? {
        let columns = keys.sum(of: "a column")
        let filters = keys.filters(of: "a column")
        guard let filters, columns != nil || keys.value == nil else { return nil }
        return CSVFormat(columns: columns?.map(\.text) ?? [], filters: filters.map(\.filter))
    }

    /// The number.
    public func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let table = CSV(try ProbeText.of(bytes), needsRows: false)
        if let fault = table.fault { throw Self.failure(fault.location, fault.message) }
        let summed = try places(of: columns, in: table)
        let filtered = try places(of: filters.map(\.name), in: table)
        // A malformed row is no matter where what could be read of it says that it is not asked for.
        for row in table.flawedRows {
            // With a comma too many or too few, fields may stand further left or right than they should.
            let shift = row.fields.count - table.columns.count
            let isOther = zip(filtered, filters).contains { column, filter in
                let may = max(0, column + min(0, shift))...max(0, column + max(0, shift))
                return !may.contains { $0 < row.fields.count ? filter.holds(row.fields[$0]) : true }
            }
            if !isOther { throw Self.failure(row.location, row.message) }
        }
        let rows = table.rows.filter { row in zip(filtered, filters).allSatisfy { $1.holds(row[$0]) } }
        if columns.isEmpty { return Double(rows.count) }
        // No row is no 0: the name of a database that isn't there would look like a pool at rest.
        guard !rows.isEmpty else {
            let wanted = filters.map(\.shown).joined(separator: " and ")
            let seen = table.rows.count + table.flawedRows.count
            throw ProbeFailure(
                reason: seen == 0 ? "the CSV has no rows" : "none of \(seen) rows has \(quoted(wanted))")
        }
        var sum = 0.0
        for row in rows {
            for (column, index) in zip(columns, summed) {
                guard let value = ProbeNumber.parse(row[index]) else {
                    throw ProbeFailure(
                        reason:
                            "the column \(quoted(column)) holds \(ProbeText.shown(row[index])), which is not a number"
                    )
                }
                sum += value
            }
        }
        return sum
    }

    private static func failure(_ location: TextLocation, _ message: String) -> ProbeFailure {
        ProbeFailure(reason: "line \(location.line) of the CSV: \(message)")
    }

    private func places(of names: [String], in table: CSV) throws(ProbeFailure) -> [Int] {
        var places: [Int] = []
        for name in names {
            guard let index = table.columns.firstIndex(of: name) else {
                let hint = Suggestion.hint(for: name, amongSeen: table.columns)
                throw ProbeFailure(reason: "the CSV has no column \(quoted(name))\(hint)")
            }
            places.append(index)
        }
        return places
    }
}

extension ProbeFormat where Self == CSVFormat {
    /// The sum of some columns over the rows where the filters hold; without columns, how many such rows there are.
    public static func csv(columns: [String], filters: [Probe.Filter]) -> CSVFormat {
        CSVFormat(columns: columns, filters: filters)
    }
}

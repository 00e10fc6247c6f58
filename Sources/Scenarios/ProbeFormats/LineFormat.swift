/// Lines of the form `name:value` or `name=value`, such as those of Redis's INFO.
public struct LineFormat: ProbeFormat {
    /// What is read of the lines.
    public enum Question: Sendable, Equatable {
        /// The sum of some values.
        case sum([String])
        /// 1 where the filters hold, else 0.
        case holds([Probe.Filter])
    }

    /// What `read:` says.
    public static let name = "lines"

    /// What is read.
    public var question: Question

    /// Makes it of its keys: `value` or `where`.
    public static func read(_ keys: ProbeFormatKeys) -> LineFormat? {
        let names = keys.sum(of: "a line")
        let filters = keys.filters(of: "a line")
        switch (keys.value != nil, keys.filter != nil) {
        case (true, false): return names.map { LineFormat(question: .sum($0.map(\.text))) }
        case (false, true): return filters.map { LineFormat(question: .holds($0.map(\.filter))) }
        case (true, true):
            keys.reading.report(
                keys.filterLocation, "of lines either value is read, or it is seen whether where holds")
        case (false, false):
            keys.reading.report(keys.location, "read: lines needs a value, the name of a line, or where")
        }
        return nil
    }

    /// The number.
    public func number(in bytes: [UInt8]) throws(ProbeFailure) -> Double {
        let lines = try LineValues(try ProbeText.of(bytes))
        switch question {
        case .sum(let names): return try lines.sum(of: names)
        case .holds(let filters): return try lines.holds(filters) ? 1 : 0
        }
    }
}

extension ProbeFormat where Self == LineFormat {
    /// The sum of some values.
    public static func lines(names: [String]) -> LineFormat { LineFormat(question: .sum(names)) }
    /// 1 where the filters hold, else 0.
    public static func linesHold(_ filters: [Probe.Filter]) -> LineFormat { LineFormat(question: .holds(filters)) }
}

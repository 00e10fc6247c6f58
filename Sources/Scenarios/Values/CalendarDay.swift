internal import HTTPFields

/// A day of the Gregorian calendar, as ISO 8601 writes it: `2026-12-31`.
public struct CalendarDay: Sendable, Comparable, Hashable, CustomStringConvertible {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, from 1.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// The day; nil where the calendar has none such.
    public init?(year: Int, month: Int, day: Int) {
        guard CivilDate.daysSince1970(year: year, month: month, day: day) != nil else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that the text is: four digits, two and two, with `-` between.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2] else { return nil }
        let numbers = parts.compactMap { Quantity.integer($0) }
        guard numbers.count == 3 else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// The day in which an instant lies by UTC, in seconds since 1970; nil outside the years 1 to 9999.
    public init?(secondsSince1970 seconds: Int64) {
        // Days are counted from 1 March of the year 0, so that a leap day is the last of its year; 400 years have 146,097.
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400 + 719_468
        guard days >= 0 else { return nil }
        let era = days / 146_097
        let ofEra = days % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * ofYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.init(year: Int(year), month: Int(month), day: Int(ofYear - (153 * march + 2) / 5 + 1))
    }

    /// The days from 1970-01-01 to this one.
    public var daysSince1970: Int {
        // Only days that the calendar has can be made.
        CivilDate.daysSince1970(year: year, month: month, day: day) ?? 0
    }

    /// The months as dates of HTTP and cookies call them (RFC 9110 §5.6.7), January first.
    public static let monthNames = CivilDate.monthNames

    /// The earlier day is less.
    public static func < (one: CalendarDay, other: CalendarDay) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    /// As ISO 8601 writes it.
    public var description: String {
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

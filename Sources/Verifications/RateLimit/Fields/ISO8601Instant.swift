internal import Scenarios

/// Instants as RFC 3339 writes them, a profile of ISO 8601: `2026-03-01T12:00:00Z`, `2026-03-01T12:00:00.250+01:00`.
enum ISO8601Instant {
    /// Seconds since 1970, if the text is such an instant. Without an offset it is taken for UTC.
    static func seconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes.count <= 40 else { return nil }
        func number(_ index: Int, _ count: Int) -> Int? {
            guard index + count <= bytes.count else { return nil }
            return bytes[index..<index + count].reduce(0 as Int?) { sum, byte in
                guard let sum, isDigit(byte) else { return nil }
                return sum * 10 + Int(byte - UInt8(ascii: "0"))
            }
        }
        func isMark(_ index: Int, _ marks: String) -> Bool {
            index < bytes.count && marks.utf8.contains(bytes[index])
        }
        guard isMark(4, "-"), isMark(7, "-"), isMark(10, "Tt "), isMark(13, ":"), isMark(16, ":"),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2),
            hour < 24, minute < 60, second < 61, let date = CalendarDay(year: year, month: month, day: day)
        else { return nil }
        var index = 19
        var fraction = 0.0
        if isMark(index, ".,") {
            index += 1
            var weight = 0.1
            let from = index
            while index < bytes.count, isDigit(bytes[index]) {
                fraction += Double(bytes[index] - UInt8(ascii: "0")) * weight
                weight /= 10
                index += 1
            }
            guard index > from else { return nil }
        }
        var offset = 0
        if isMark(index, "Zz") {
            index += 1
        } else if isMark(index, "+-") {
            let sign = isMark(index, "-") ? -1 : 1
            let minutes = isMark(index + 3, ":") ? index + 4 : index + 3
            guard let hours = number(index + 1, 2), let rest = number(minutes, 2), hours < 24, rest < 60 else {
                return nil
            }
            offset = sign * (hours * 3600 + rest * 60)
            index = minutes + 2
        }
        guard index == bytes.count else { return nil }
        let whole = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Double(whole) + fraction
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

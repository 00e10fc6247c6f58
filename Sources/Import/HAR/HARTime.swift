import Scenarios

/// Instants of recordings (RFC 3339), in milliseconds.
enum HARTime {
    /// Milliseconds since 1970 of a text such as `2026-01-31T12:00:00.250+01:00`; nil for anything else.
    static func milliseconds(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= bytes.count else { return nil }
            let digits = bytes[start..<(start + count)]
            guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2),
            let date = CalendarDay(year: year, month: month, day: day)
        else { return nil }
        var rest = bytes[19...]
        var fraction = 0.0
        if rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ",") {
            let digits = rest.dropFirst().prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            fraction = Double("0.\(String(decoding: digits.prefix(12), as: UTF8.self))") ?? 0
            rest = rest.dropFirst(1 + digits.count)
        }
        var offset = 0
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let start = rest.startIndex + 1
            guard let hours = number(start, 2) else { return nil }
            let hasColon = start + 2 < bytes.count && bytes[start + 2] == UInt8(ascii: ":")
            offset = (hours * 60 + (number(start + (hasColon ? 3 : 2), 2) ?? 0)) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + (minute - offset) * 60 + second
        return (Double(seconds) + fraction) * 1_000
    }
}

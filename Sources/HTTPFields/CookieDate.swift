/// A cookie's date, read as leniently as RFC 6265 §5.1.1 says.
package enum CookieDate {
    /// Milliseconds since 1970 (UTC); nil where the text is no date.
    package static func milliseconds(of text: some Sequence<UInt8>) -> Int64? {
        var time: (hour: Int, minute: Int, second: Int)?
        var day: Int?
        var month: Int?
        var year: Int?
        for token in Array(text).split(whereSeparator: isDelimiter) {
            if time == nil, let found = self.time(token) {
                time = found
            } else if day == nil, let found = number(token, digits: 1...2) {
                day = found
            } else if month == nil, let found = self.month(token) {
                month = found
            } else if year == nil, let found = number(token, digits: 2...4) {
                year = found
            }
        }
        guard let time, let day, let month, var year else { return nil }
        if 70...99 ~= year { year += 1900 }
        if 0...69 ~= year { year += 2000 }
        guard year >= 1601, let days = CivilDate.daysSince1970(year: year, month: month, day: day), time.hour <= 23,
            time.minute <= 59, time.second <= 59
        else { return nil }
        let seconds = (days * 24 + time.hour) * 3600 + time.minute * 60 + time.second
        return Int64(seconds) * 1000
    }

    /// `delimiter`: all but letters, digits, colon, controls and what lies beyond ASCII.
    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09, 0x20...0x2F, 0x3B...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// `time`: three fields of one or two digits, then anything but a digit.
    private static func time(_ token: ArraySlice<UInt8>) -> (hour: Int, minute: Int, second: Int)? {
        let fields = token.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let hour = number(fields[0], digits: 1...2, exactly: true),
            let minute = number(fields[1], digits: 1...2, exactly: true), let second = number(fields[2], digits: 1...2)
        else { return nil }
        return (hour, minute, second)
    }

    /// So many digits at the beginning; what follows them, unless it must be nothing, is no digit.
    private static func number(
        _ token: ArraySlice<UInt8>, digits: ClosedRange<Int>, exactly: Bool = false
    ) -> Int? {
        let zero = UInt8(ascii: "0")
        let found = token.prefix { zero...(zero + 9) ~= $0 }
        guard digits ~= found.count, !exactly || found.count == token.count else { return nil }
        return found.reduce(0) { $0 * 10 + Int($1 - zero) }
    }

    /// The first three letters of a month's name, in any case; 1...12.
    private static func month(_ token: ArraySlice<UInt8>) -> Int? {
        guard token.count >= 3 else { return nil }
        let letters = token.prefix(3).map { $0 | 0x20 }
        return CivilDate.monthNames.firstIndex { $0.utf8.elementsEqual(letters) { $0 | 0x20 == $1 } }.map { $0 + 1 }
    }
}

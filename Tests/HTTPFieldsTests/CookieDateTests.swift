import Foundation
import Testing

@testable import HTTPFields

@Suite("Cookie date")
struct CookieDateTests {
    private func seconds(_ text: String) -> Int64? { CookieDate.milliseconds(of: text.utf8).map { $0 / 1000 } }

    @Test(
        "Dates are read however they are written",
        arguments: [
            // The three forms of RFC 9110 §5.6.7.
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            // And what else is sent.
            "Sun, 06-Nov-1994 08:49:37 GMT", "6 nov 94 8:49:37", "1994 NOVEMBER 6 08:49:37", "08:49:37 Nov 06 1994",
            "Sun, 06 Nov 1994 08:49:37GMT", "Sun,06/Nov/1994;08:49:37", "06th Nov 1994 08:49:37 +0100",
            "Sun, 06 Nov 1994 08:49:37.5 GMT", "x 06 y Nov z 1994 08:49:37 1995 Dec 07 09:50:38",
        ])
    func readable(text: String) {
        #expect(seconds(text) == 784_111_777)
    }

    @Test(
        "What is no date is none",
        arguments: [
            "", " ", "tomorrow", "Sun, 06 Nov 1994", "Sun, 06 Nov 08:49:37", "06 1994 08:49:37", "Nov 1994 08:49:37",
            // 31 November, 29 February of a common year, day 0 and 32.
            "31 Nov 1994 08:49:37", "29 Feb 1900 08:49:37", "29 Feb 2001 08:49:37", "0 Nov 1994 08:49:37",
            "32 Nov 1994 08:49:37",
            // Out of range: hour, minute, second, year.
            "06 Nov 1994 24:49:37", "06 Nov 1994 08:60:37", "06 Nov 1994 08:49:60", "06 Nov 1600 08:49:37",
            "06 Nov 10000 08:49:37", "06 Nov 1994 008:49:37", "06 Nov 1994 08:49", "06 Nov 1994 :49:37",
            "06 Nov 1994 08:49:", "\u{0}\u{1F}\u{7F}", "::::::::", "06 No 1994 08:49:37",
        ])
    func unreadable(text: String) {
        #expect(seconds(text) == nil)
    }

    @Test("Years of two digits lie between 1970 and 2069")
    func shortYears() {
        #expect(seconds("1 Jan 70 00:00:00") == 0)
        #expect(seconds("1 Jan 69 00:00:00") == 3_124_224_000)
        #expect(seconds("1 Jan 00 00:00:00") == 946_684_800)
    }

    @Test("Every day from 1601 to 2400 is the one that the calendar says")
    func days() throws {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        // 292,193 days are too many to go through one by one; a step prime to weeks, months and years meets them all.
        for day in stride(from: 0, to: 292_193, by: 23) {
            let date = Date(timeIntervalSince1970: -11_644_473_600 + Double(day) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let (year, month, number) = (parts.year ?? 0, parts.month ?? 1, parts.day ?? 0)
            let text = "\(number) \(names[month - 1]) \(year) 00:00:00"
            // Foundation's calendar is the Julian one before October 1582 only.
            #expect(seconds(text) == Int64(date.timeIntervalSince1970), "\(text)")
        }
    }
}

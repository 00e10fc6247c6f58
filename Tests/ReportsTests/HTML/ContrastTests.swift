import Foundation
import Testing

@testable import Reports

@Suite("The page's colours")
struct ContrastTests {
    /// WCAG 2.2, "relative luminance".
    static func luminance(_ colour: UInt32) -> Double {
        let parts = [16, 8, 0].map { shift -> Double in
            let value = Double((colour >> UInt32(shift)) & 0xff) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    /// WCAG 2.2, "contrast ratio".
    static func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        let values = [luminance(one), luminance(other)].sorted()
        return (values[1] + 0.05) / (values[0] + 0.05)
    }

    @Test("The formula gives the values of the specification")
    func formula() {
        #expect(Self.contrast(0xffffff, 0x000000) == 21)
        // The well-known darkest grey that is not enough on white, and the next that is.
        #expect(Self.contrast(0x777777, 0xffffff) < 4.5)
        #expect(Self.contrast(0x767676, 0xffffff) >= 4.5)
    }

    /// Texts with what lies behind them.
    static let texts: [(Ink, [Ink])] = [
        (.text, [.paper, .sheet, .head, .passSheet, .failSheet, .openSheet]), (.faint, [.paper, .sheet, .head]),
        (.link, [.paper, .sheet, .passSheet, .failSheet, .openSheet]), (.pass, [.passSheet]),
        (.fail, [.failSheet, .sheet]), (.open, [.openSheet]), (.limit, [.sheet]),
    ]

    @Test("Texts have a contrast of 4.5 at least, in both schemes")
    func readable() {
        for (ink, sheets) in Self.texts {
            for sheet in sheets {
                #expect(Self.contrast(ink.shades.light, sheet.shades.light) >= 4.5, "\(ink) on \(sheet), light")
                #expect(Self.contrast(ink.shades.dark, sheet.shades.dark) >= 4.5, "\(ink) on \(sheet), dark")
            }
        }
    }

    @Test("What is drawn has a contrast of 3 at least, in both schemes")
    func visible() {
        let drawn: [Ink] = [
            .ink0, .ink1, .ink2, .ink3, .ink4, .ink5, .ink6, .limit, .band, .point, .pass, .fail, .open,
        ]
        for ink in drawn {
            #expect(Self.contrast(ink.shades.light, Ink.sheet.shades.light) >= 3, "\(ink), light")
            #expect(Self.contrast(ink.shades.dark, Ink.sheet.shades.dark) >= 3, "\(ink), dark")
        }
    }

    @Test("Shades of the heat map grow apart from what lies behind them, step by step")
    func shades() {
        let heats: [Ink] = [.heat1, .heat2, .heat3, .heat4, .heat5, .heat6]
        for (one, next) in zip(heats, heats.dropFirst()) {
            let light = [one, next].map { Self.contrast($0.shades.light, Ink.sheet.shades.light) }
            let dark = [one, next].map { Self.contrast($0.shades.dark, Ink.sheet.shades.dark) }
            #expect(light[1] > light[0] * 1.15 && dark[1] > dark[0] * 1.15, "\(one) and \(next)")
        }
        #expect(Self.contrast(Ink.heat1.shades.light, Ink.sheet.shades.light) > 1.2)
        #expect(Self.contrast(Ink.heat1.shades.dark, Ink.sheet.shades.dark) > 1.2)
    }

    @Test("The style uses the palette alone, and every colour of it")
    func complete() throws {
        let rules = try #require(Stylesheet.text.range(of: "*{box-sizing")).lowerBound
        let text = String(Stylesheet.text[rules...])
        #expect(!text.contains("#"), "a colour beside the palette")
        for ink in Ink.allCases { #expect(text.contains("var(--\(ink.rawValue))"), "\(ink) is not used") }
    }
}

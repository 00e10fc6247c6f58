/// The colours of the page, each for a light and for a dark screen. Tests hold them to the contrasts of WCAG 2.2 (§1.4.3:
/// 4.5 for texts, §1.4.11: 3 for what is drawn).
enum Ink: String, CaseIterable {
    /// Behind everything, behind figures and tables, and behind headings of tables.
    case paper, sheet, head
    /// Texts: of the first and of the second rank, and links.
    case text, faint, link
    /// Lines that part things, and the grid of charts: they may be seen less.
    case edge, grid
    /// Verdicts, each with what lies behind it.
    case pass, passSheet, fail, failSheet, open, openSheet
    /// Lines of charts.
    case ink1, ink2, ink3, ink4, ink5, ink6, ink0
    /// What is held to, the warm-up, and what is pointed at.
    case limit, band, point
    /// Shades of the heat map.
    case heat1, heat2, heat3, heat4, heat5, heat6

    /// Red, green and blue in hexadecimal.
    var shades: (light: UInt32, dark: UInt32) {
        switch self {
        case .paper: (0xf5f6f8, 0x0f1318)
        case .sheet: (0xffffff, 0x171c23)
        case .head: (0xeef0f3, 0x1f262f)
        case .text: (0x1b2129, 0xe6eaf0)
        case .faint: (0x55606e, 0xa3adba)
        case .link: (0x0b57b0, 0x86b7ff)
        case .edge: (0xd5dae1, 0x2f3845)
        case .grid: (0xe6e9ee, 0x28303b)
        case .pass: (0x11602f, 0x6fdc95)
        case .passSheet: (0xdcf3e3, 0x10301d)
        case .fail: (0xa01b14, 0xff9d94)
        case .failSheet: (0xfde4e1, 0x411614)
        case .open: (0x7a4a00, 0xf3c266)
        case .openSheet: (0xfdf0d3, 0x38290a)
        case .ink1: (0x1d62c4, 0x6ea8fe)
        case .ink2: (0xb8520e, 0xf0a35e)
        case .ink3: (0x7b3bb8, 0xc69af5)
        case .ink4: (0x12784a, 0x5fd39a)
        case .ink5: (0xb02a6c, 0xf58fbf)
        case .ink6: (0x4c5866, 0xc3cbd5)
        case .ink0: (0x6f7a88, 0x8e99a8)
        case .limit: (0xc0281f, 0xff8077)
        case .band: (0x8b95a3, 0x7b8696)
        case .point: (0x1d62c4, 0x6ea8fe)
        case .heat1: (0xd6e6fb, 0x16304f)
        case .heat2: (0xadcdf6, 0x1c4577)
        case .heat3: (0x7db0ee, 0x2560a8)
        case .heat4: (0x468bdf, 0x3f83d8)
        case .heat5: (0x1d62c4, 0x7db1f5)
        case .heat6: (0x0d3a80, 0xcfe3ff)
        }
    }

    /// The shades as custom properties of a style.
    static func properties(_ shade: (Ink) -> UInt32) -> String {
        allCases.map { ink in
            let digits = String(shade(ink), radix: 16)
            return "--\(ink.rawValue):#\(String(repeating: "0", count: 6 - digits.count))\(digits)"
        }.joined(separator: ";")
    }
}

/// Numbers as people read them: `24,000`, `0.72`, `99.95 %`.
public enum Figure {
    /// A whole number with a comma between its groups of three: `1,234,567`.
    public static func grouped(_ number: UInt64) -> String {
        var text = ""
        let digits = String(number)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A number rounded half away from zero to so many decimals (0...9), its whole part grouped: `1,234.500`.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        // Beyond 2⁶³ digits after the point mean nothing.
        guard scaled < 9e18 else { return "\(value)" }
        let (whole, rest) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + grouped(whole) }
        let digits = String(rest)
        return sign + grouped(whole) + "." + String(repeating: "0", count: decimals - digits.count) + digits
    }

    /// As `fixed`, without zeros at the end: `0.72`, `200`.
    public static func short(_ value: Double, decimals: Int) -> String {
        var text = fixed(value, decimals: decimals)
        guard decimals > 0, text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// A value with its unit: `0.72 ms`, `99.95 %`, `400 /s`, `12`.
    public static func measured(_ value: Double, _ unit: MeasuredUnit?) -> String {
        switch unit {
        case .milliseconds: "\(short(value, decimals: 3)) ms"
        // Near the ends the digits that count stand further behind.
        case .ratio: "\(short(value * 100, decimals: value > 0.001 && value < 0.999 ? 3 : 5)) %"
        case .seconds: "\(short(value, decimals: 2)) s"
        case .perSecond: "\(short(value, decimals: 3)) /s"
        case .count, .number, nil: short(value, decimals: 3)
        }
    }
}

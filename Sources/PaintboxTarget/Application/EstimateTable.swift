import NIOCore

/// A table of prices to check answers against: `area,coats,total`, as RFC 4180 has it but with plain line feeds.
public enum EstimateTable {
    /// Writes `count` rows; the same `seed` gives the same rows. Areas are 5 to 500 m² with two decimals, coats 1 to 4.
    public static func csv(count: Int, seed: UInt64) -> String {
        var random = SplitMix64(seed: seed)
        var text = "area,coats,total\n"
        for _ in 0..<max(0, count) {
            let hundredths = 500 + random.below(49_501)
            let coats = 1 + random.below(4)
            guard let calculation = Calculation(area: Double(hundredths) / 100, coats: coats) else { continue }
            text += "\(ByteBuffer.decimal(hundredths, decimals: 2)),\(coats),\(calculation.total)\n"
        }
        return text
    }
}

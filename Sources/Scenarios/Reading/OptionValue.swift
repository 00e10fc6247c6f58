/// Values of the command line's options, as the language writes them.
public enum OptionValue {
    /// `250ms` in seconds; nil where the text is no duration.
    public static func seconds(_ text: String) -> Double? {
        guard let (seconds, attoseconds) = (try? Quantity.duration(text))?.components else { return nil }
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// `500/s` or `10/min` in events per second; nil where the text is no rate.
    public static func perSecond(_ text: String) -> Double? { try? Quantity.rate(text) }

    /// `5%` or `0.05`; nil where the text is no ratio.
    public static func ratio(_ text: String) -> Double? { try? Quantity.ratio(text) }
}

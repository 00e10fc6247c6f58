/// What a verification is doing, in one line of a terminal.
public enum LivePart {
    /// The line, in less than `width` columns, with the seconds since it began where there are any: `cors: preflights, 3 s`.
    public static func line(_ text: String, seconds: Int, width: Int) -> String {
        let time = seconds > 0 ? ", \(seconds) s" : ""
        let room = max(0, width - 1)
        guard room > DisplayWidth.of(time) else { return DisplayWidth.cut(DisplayWidth.printable(text), to: room) }
        return DisplayWidth.cut(DisplayWidth.printable(text), to: room - DisplayWidth.of(time)) + time
    }
}

extension KeyForm where Value == [ClosedRange<Int>] {
    /// Statuses: `200`, `200..299`, or a list of them.
    public static var statuses: KeyForm {
        KeyForm(.oneOf([.statuses, .list(.statuses, atLeast: 1)])) { reading, node, _ in reading.statuses(node) }
    }
}

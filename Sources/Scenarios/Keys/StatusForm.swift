extension KeyForm where Value == [ClosedRange<Int>] {
    /// Statuses: `200`, `200..299`, or a list of them.
    public static var statuses: KeyForm {
        KeyForm(.oneOf([.statuses, .list(.statuses, atLeast: 1)])) { reading, node, _ in reading.statuses(node) }
    }
}

extension Shape {
    /// A status, or two.
    package static let statuses = Shape.pattern("[1-5][0-9][0-9](\\.\\.[1-5][0-9][0-9])?")
}

extension BidirectionalCollection<UInt8> where SubSequence == Self {
    /// The bytes without blanks and tabs at both ends (RFC 9110 §5.6.3, OWS).
    func trimmingBlanks() -> Self {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}

/// Whether the value of a setting is a credential, by what its name promises.
enum SecretValue {
    /// Values above this many bytes are judged by their beginning.
    static let maximumBytes = 512

    /// - Parameters:
    ///   - isSetting: True in files that hold settings, where a value stands for itself; in programs, a text of letters
    ///     alone is more often a name than a password.
    static func isSecret(_ value: ArraySlice<UInt8>, _ promise: SecretName.Promise, isSetting: Bool) -> Bool {
        guard value.count >= 6, !Placeholder.isPlaceholder(value) else { return false }
        let shape = SecretShape(value)
        // A label has blanks: "Enter your password".
        guard shape.others == 0, !value.contains(UInt8(ascii: " ")) else { return false }
        if shape.isRandom { return true }
        switch promise {
        case .password: return isPassword(value, shape, isSetting: isSetting)
        case .secret: return shape.count >= 8 && shape.sorts >= 3 && shape.digits > 0 && !isNamed(value, shape)
        case .token: return false
        }
    }

    private static func isPassword(_ value: ArraySlice<UInt8>, _ shape: SecretShape, isSetting: Bool) -> Bool {
        if shape.letters > 0, shape.digits > 0 { return isSetting || !isNamed(value, shape) }
        if shape.letters > 0, shape.marks > 0 { return shape.count >= 8 }
        if shape.separators > 0 { return false }
        // Digits only: long enough not to be a year or a count.
        if shape.letters == 0 { return shape.digits >= 8 }
        if shape.upper > 0, shape.lower > 0 { return shape.count >= 10 && shape.isScrambled }
        return isSetting && shape.count >= 12 && shape.upper == 0
    }

    /// Whether it is a name with a number, such as `field_2` or `level-10`, or an expression such as `user.pass1`.
    private static func isNamed(_ value: ArraySlice<UInt8>, _ shape: SecretShape) -> Bool {
        guard shape.marks == 0, shape.digits <= 2, shape.separators > 0 else { return false }
        return value.last.map(ByteClass.digits.contains) ?? false || shape.upper == 0 || shape.changes <= 2
    }
}

/// User and password in base64, as Basic authentication carries them (RFC 7617 §2).
struct BasicPair {
    var user: ArraySlice<UInt8>
    var password: ArraySlice<UInt8>

    /// The pair, where the text is one whose password is a credential.
    init?(base64 text: ArraySlice<UInt8>) {
        guard 8...1024 ~= text.count, let bytes = Base64Text.decoded(text),
            bytes.allSatisfy({ 0x20...0x7E ~= $0 }), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        self.init(user: bytes[..<colon], password: bytes[(colon + 1)...])
    }

    /// The pair, where the password is a credential: no placeholder, and not the user's name again.
    init?(user: ArraySlice<UInt8>, password: ArraySlice<UInt8>) {
        guard !password.elementsEqual(user),
            SecretValue.isSecret(password, .password, isSetting: true)
                || Self.isLongWord(password)
        else { return nil }
        self.user = user
        self.password = password
    }

    /// Whether it is a pair that a manual shows: user and password in base64, the password none that opens anything.
    static func isMadeUp(base64 text: ArraySlice<UInt8>) -> Bool {
        guard 8...1024 ~= text.count, let bytes = Base64Text.decoded(text),
            bytes.allSatisfy({ 0x20...0x7E ~= $0 }), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        return Placeholder.isPlaceholder(bytes[(colon + 1)...])
    }

    /// Letters alone that are no words of the kind that stand in manuals.
    private static func isLongWord(_ password: ArraySlice<UInt8>) -> Bool {
        password.count >= 8 && password.allSatisfy(ByteClass.letters.contains)
            && !Placeholder.isPlaceholder(password)
    }
}

internal import Scenarios

/// Private keys in PEM (RFC 7468), also in one line with `\n`, in the quotes of a program, and encoded in base64 once more;
/// and PuTTY's own form.
enum PrivateKeyRule {
    static let begin = "-----begin "
    static let encodedBegin = "ls0tls1crudjti"
    static let putty = "putty-user-key-file-"

    /// A key in PEM is never longer than this, by far.
    private static let maximumBytes = 16_384

    /// The private key whose `-----BEGIN ` ends at the offset.
    static func match(_ bytes: [UInt8], label start: Int) -> CredentialCandidate? {
        let labelEnd = TextPlace.skip(ByteClass("A-Z0-9 "), bytes, from: start, within: 40)
        guard TextPlace.contains("private key", bytes[start..<labelEnd]), TextPlace.has("-----", bytes, at: labelEnd)
        else {
            return nil
        }
        return key(bytes, from: labelEnd + 5, begin: start - begin.utf8.count)
    }

    /// The private key of PuTTY whose `PuTTY-User-Key-File-` ends at the offset.
    static func match(_ bytes: [UInt8], putty start: Int) -> CredentialCandidate? {
        let second = TextPlace.lineEnd(bytes, from: start, within: 60)
        guard TextPlace.has("encryption:", bytes, at: TextPlace.skip(.lineEnd, bytes, from: second, within: 2)) else {
            return nil
        }
        let end = min(bytes.count, second + 4096)
        guard let lines = TextPlace.find("\nPrivate-Lines: ", bytes, in: second..<end) else { return nil }
        let line = TextPlace.skip(.digits, bytes, from: lines + 16)
        return key(bytes, from: line, begin: start - putty.utf8.count)
    }

    /// The characters of base64 that follow, whatever breaks them into lines; a manual has an ellipsis there.
    private static func key(_ bytes: [UInt8], from start: Int, begin: Int) -> CredentialCandidate? {
        var body: [UInt8] = []
        var place = start
        let last = min(bytes.count, start + maximumBytes)
        while place < last {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\\"), place + 1 < last, ByteClass("nrt\\").contains(bytes[place + 1]) {
                place += 2
                continue
            }
            if byte == UInt8(ascii: "-"),
                TextPlace.has("-----", bytes, at: place) || TextPlace.has("private-mac", bytes, at: place + 1)
            {
                break
            }
            if ByteClass.base64.contains(byte) {
                body.append(byte)
            } else if !between.contains(byte) {
                break
            }
            place += 1
        }
        // The least is a key of Ed25519, 48 bytes: 64 characters.
        guard body.count >= 56, !Placeholder.isMadeUp(body[...]), SecretShape(body.prefix(2000)).entropy >= 3.5 else {
            return nil
        }
        return CredentialCandidate(kind: .privateKey, range: begin..<start, secret: body)
    }

    /// The key that is encoded in the base64 which begins at the offset.
    static func match(_ bytes: [UInt8], encoded start: Int) -> CredentialCandidate? {
        guard TextPlace.startsWord(bytes, at: start) else { return nil }
        let end = TextPlace.skip(.anyBase64, bytes, from: start, within: maximumBytes * 4 / 3)
        let whole = bytes[start..<end - (end - start) % 4]
        guard let text = Base64Text.decoded(whole) else { return nil }
        guard let begin = TextPlace.find("-----BEGIN ", text, in: 0..<text.count),
            let found = match(text, label: begin + 11)
        else { return nil }
        return CredentialCandidate(kind: .privateKey, range: start..<end, secret: found.secret)
    }

    /// What stands between the lines of a key: blanks, quotes, signs of concatenation, and headers (RFC 1421 §4.6).
    private static let between = ByteClass(" \t\r\n\"'`,:;.()#*|>&-")
}

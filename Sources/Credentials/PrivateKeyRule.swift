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
        let labelEnd = TextScan.skip(ByteClass("A-Z0-9 "), bytes, from: start, within: 40)
        guard TextScan.contains("private key", bytes[start..<labelEnd]), TextScan.has("-----", bytes, at: labelEnd)
        else {
            return nil
        }
        return key(bytes, from: labelEnd + 5, begin: start - begin.utf8.count)
    }

    /// The private key of PuTTY whose `PuTTY-User-Key-File-` ends at the offset.
    static func match(_ bytes: [UInt8], putty start: Int) -> CredentialCandidate? {
        let second = TextScan.lineEnd(bytes, from: start, within: 60)
        guard TextScan.has("encryption:", bytes, at: TextScan.skip(.lineEnd, bytes, from: second, within: 2)) else {
            return nil
        }
        let end = min(bytes.count, second + 4096)
        guard let lines = TextScan.find("\nPrivate-Lines: ", bytes, in: second..<end) else { return nil }
        let line = TextScan.skip(.digits, bytes, from: lines + 16)
        return key(bytes, from: line, begin: start - putty.utf8.count)
    }

    /// The characters of base64 that follow, whatever breaks them into lines; a manual has an ellipsis there.
    private static func key(_ bytes: [UInt8], from start: Int, begin: Int) -> CredentialCandidate? {
        var body: [UInt8] = []
        var offset = start
        let last = min(bytes.count, start + maximumBytes)
        while offset < last {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\"), offset + 1 < last, ByteClass("nrt\\").contains(bytes[offset + 1]) {
                offset += 2
                continue
            }
            if byte == UInt8(ascii: "-"),
                TextScan.has("-----", bytes, at: offset) || TextScan.has("private-mac", bytes, at: offset + 1)
            {
                break
            }
            if ByteClass.base64.contains(byte) {
                body.append(byte)
            } else if !between.contains(byte) {
                break
            }
            offset += 1
        }
        // The least is a key of Ed25519, 48 bytes: 64 characters.
        guard body.count >= 56, !Placeholder.isMadeUp(body[...]), SecretShape(body.prefix(2000)).entropy >= 3.5 else {
            return nil
        }
        return CredentialCandidate(kind: .privateKey, range: begin..<start, secret: body)
    }

    /// The key that is encoded in the base64 which begins at the offset.
    static func match(_ bytes: [UInt8], encoded start: Int) -> CredentialCandidate? {
        guard TextScan.startsWord(bytes, at: start) else { return nil }
        let end = TextScan.skip(.anyBase64, bytes, from: start, within: maximumBytes * 4 / 3)
        let whole = bytes[start..<end - (end - start) % 4]
        guard let text = Base64Text.decoded(whole) else { return nil }
        guard let begin = TextScan.find("-----BEGIN ", text, in: 0..<text.count),
            let found = match(text, label: begin + 11)
        else { return nil }
        return CredentialCandidate(kind: .privateKey, range: start..<end, secret: found.secret)
    }

    /// What stands between the lines of a key: blanks, quotes, signs of concatenation, and headers (RFC 1421 §4.6).
    private static let between = ByteClass(" \t\r\n\"'`,:;.()#*|>&-")
}

internal import Scenarios

/// Credentials whose known part stands in their middle.
enum ScatteredRule {
    /// Azure: a client's secret has these in the fourth to sixth place.
    static let azure = "8q~"
    /// Telegram: a bot's number, then a token that begins with these.
    static let telegram = ":aa"
    /// Mailchimp: a digest's digits, then the name of a data centre.
    static let mailchimp = "-us"
    /// HCP Terraform: an id of 14 characters, then these, then the token.
    static let terraform = ".atlasv1."
    /// Azure: the signature of an address that anyone may use.
    static let signature = "sig="

    static func match(_ bytes: [UInt8], azure start: Int) -> CredentialCandidate? {
        let first = start - 3
        guard first >= 0, bytes[first..<start].allSatisfy(azureCharacters.contains),
            bytes[start + 1] == UInt8(ascii: "Q"),
            first == 0 || !azureCharacters.contains(bytes[first - 1])
        else { return nil }
        let end = TextScan.skip(azureCharacters, bytes, from: start + 3, within: 60)
        guard 31...34 ~= end - start - 3 else { return nil }
        return candidate(.azureClientSecret, bytes, first..<end)
    }

    static func match(_ bytes: [UInt8], telegram start: Int) -> CredentialCandidate? {
        var first = start
        while first > 0, start - first < 11, ByteClass.digits.contains(bytes[first - 1]) { first -= 1 }
        guard 8...10 ~= start - first, bytes[start + 1..<start + 3].elementsEqual("AA".utf8),
            // In the address of the bots' interface "bot" stands before it.
            TextScan.startsWord(bytes, at: first) || TextScan.has("bot", bytes, at: first - 3)
        else { return nil }
        let end = TextScan.skip(.base64URL, bytes, from: start + 1, within: 40)
        return end - start == 36 ? candidate(.telegramToken, bytes, first..<end) : nil
    }

    static func match(_ bytes: [UInt8], mailchimp start: Int) -> CredentialCandidate? {
        let first = start - 32
        guard first >= 0, bytes[first..<start].allSatisfy(ByteClass.lowerHex.contains),
            TextScan.startsWord(bytes, at: first)
        else { return nil }
        let end = TextScan.skip(.digits, bytes, from: start + 3, within: 3)
        guard end > start + 3, end == bytes.count || !ByteClass.name.contains(bytes[end]) else { return nil }
        return candidate(.mailchimpKey, bytes, first..<end)
    }

    static func match(_ bytes: [UInt8], terraform start: Int) -> CredentialCandidate? {
        let first = start - 14
        guard first >= 0, bytes[first..<start].allSatisfy(ByteClass.alphanumeric.contains),
            TextScan.startsWord(bytes, at: first)
        else { return nil }
        let end = TextScan.skip(.base64URL, bytes, from: start + 9, within: 80)
        return 60...70 ~= end - start - 9 ? candidate(.terraformCloudToken, bytes, first..<end) : nil
    }

    static func match(_ bytes: [UInt8], signature start: Int) -> CredentialCandidate? {
        guard start > 0, ByteClass("?&;\"'").contains(bytes[start - 1]) else { return nil }
        let line = TextScan.line(bytes, around: start, within: 400)
        // Storage says until when, a workflow of Logic Apps what it permits.
        guard TextScan.contains("sv=", bytes[line]),
            TextScan.contains("se=", bytes[line]) || TextScan.contains("sp=", bytes[line])
        else { return nil }
        let end = TextScan.skip(ByteClass("a-zA-Z0-9%+/=_-"), bytes, from: start + 4, within: 120)
        guard end - start >= 46 else { return nil }
        return candidate(.azureSharedAccessSignature, bytes, start + 4..<end)
    }

    private static func candidate(_ kind: CredentialKind, _ bytes: [UInt8], _ range: Range<Int>) -> CredentialCandidate?
    {
        guard !Placeholder.isMadeUp(bytes[range]), SecretShape(bytes[range]).entropy >= 2.7 else { return nil }
        return CredentialCandidate(kind: kind, range: range, secret: Array(bytes[range]))
    }

    private static let azureCharacters = ByteClass("a-zA-Z0-9_~.-")
}

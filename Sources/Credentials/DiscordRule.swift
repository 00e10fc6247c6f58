internal import Scenarios

/// Tokens of Discord's bots: the base64 of the bot's number, a time, and a signature, with dots between. They begin like
/// words, so only texts that speak of Discord are searched for them.
enum DiscordRule {
    static let keyword = "discord"

    /// The tokens in a text.
    static func matches(_ bytes: [UInt8]) -> [CredentialCandidate] {
        var result: [CredentialCandidate] = []
        var index = 0
        while index < bytes.count {
            // How the base64 of a digit begins.
            guard ByteClass("MNO").contains(bytes[index]), TextScan.startsWord(bytes, at: index),
                let end = match(bytes, at: index)
            else {
                index += 1
                continue
            }
            result.append(
                CredentialCandidate(kind: .discordToken, range: index..<end, secret: Array(bytes[index..<end])))
            index = end
        }
        return result
    }

    private static func match(_ bytes: [UInt8], at start: Int) -> Int? {
        let number = TextScan.skip(.alphanumeric, bytes, from: start, within: 30)
        guard 23...28 ~= number - start, number < bytes.count, bytes[number] == UInt8(ascii: "."),
            let digits = Base64Text.decoded(bytes[start..<number]), 17...20 ~= digits.count,
            digits.allSatisfy(ByteClass.digits.contains)
        else { return nil }
        let time = TextScan.skip(.base64URL, bytes, from: number + 1, within: 10)
        guard time - number - 1 == 6, time < bytes.count, bytes[time] == UInt8(ascii: ".") else { return nil }
        let end = TextScan.skip(.base64URL, bytes, from: time + 1, within: 50)
        guard 27...40 ~= end - time - 1, !Placeholder.isMadeUp(bytes[time + 1..<end]) else { return nil }
        return end
    }
}

internal import Scenarios

/// Credentials without a shape of their own, told by the service that the setting's name names.
enum NamedService {
    /// The credential, where name and shape together leave no doubt; nil where the value has to be judged on its own.
    static func candidate(
        _ name: SecretName, _ value: ArraySlice<UInt8>, _ range: Range<Int>
    ) -> CredentialCandidate? {
        guard !Placeholder.isMadeUp(value), let kind = exact(name, value) else { return nil }
        return CredentialCandidate(kind: kind, range: range, secret: Array(value))
    }

    private static func exact(_ name: SecretName, _ value: ArraySlice<UInt8>) -> CredentialKind? {
        if isAWSSecret(value), name.has("aws") || name.has("secret", "access", "key") { return .awsSecretAccessKey }
        if name.has("session", "token"), value.count >= 100, value.allSatisfy(ByteClass.base64.contains) {
            return name.has("aws") || SecretShape(value).isRandom ? .awsSessionToken : nil
        }
        if name.has("consumer"), name.promise == .secret, value.count >= 13, value.allSatisfy(ByteClass.digits.contains)
        {
            return .salesforceSecret
        }
        // `_auth` of npm and `auth` of Docker: user and password in base64.
        if name.words.last == "auth", BasicPair(base64: value) != nil { return .registryAuthentication }
        return nil
    }

    /// The label of a value that was judged to be a credential.
    static func kind(_ name: SecretName) -> CredentialKind? {
        if name.has("cloudflare") || name.has("cf") {
            return name.promise == .token && name.words.last != "key" ? .cloudflareToken : .cloudflareKey
        }
        if name.has("salesforce") || name.has("sfdc") || name.has("sf") || name.has("consumer", "secret") {
            return .salesforceSecret
        }
        if name.has("security", "token") { return name.has("amz") ? .awsSessionToken : .salesforceSecret }
        return nil
    }

    /// Forty characters of base64, drawn by lot: the shape of AWS's secret keys.
    static func isAWSSecret(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count == 40, value.allSatisfy(ByteClass.base64.contains), !Placeholder.isMadeUp(value) else {
            return false
        }
        let shape = SecretShape(value)
        return shape.upper > 0 && shape.lower > 0 && shape.digits > 0 && shape.entropy >= 4
    }

    /// Secret keys beside an access key id, whatever they are called: within 400 bytes on either side.
    static func secrets(beside id: Range<Int>, _ bytes: [UInt8]) -> [CredentialCandidate] {
        runs(.base64, bytes, in: max(0, id.lowerBound - 400)..<min(bytes.count, id.upperBound + 400)).compactMap {
            run in
            // "key=" before it is no part of it, a "=" behind it could not be.
            let value = bytes[run]
            let start = value.lastIndex(of: UInt8(ascii: "=")).map { $0 + 1 } ?? run.lowerBound
            guard isAWSSecret(bytes[start..<run.upperBound]) else { return nil }
            return CredentialCandidate(
                kind: .awsSecretAccessKey, range: start..<run.upperBound, secret: Array(bytes[start..<run.upperBound]))
        }
    }

    /// Keys and tokens of Cloudflare's older formats on the same line as its name, or on the next: 40 characters, or 37
    /// hexadecimal digits.
    static func cloudflare(beside name: Range<Int>, _ bytes: [UInt8]) -> CredentialCandidate? {
        for run in runs(.base64URL, bytes, in: name.upperBound..<min(bytes.count, name.upperBound + 160)) {
            let value = bytes[run]
            let shape = SecretShape(value)
            guard !Placeholder.isMadeUp(value) else { continue }
            let isToken =
                run.count == 40 && shape.upper > 1 && shape.lower > 1 && shape.digits > 0 && shape.entropy >= 3.9
            let isKey =
                run.count == 37 && value.allSatisfy(ByteClass.lowerHex.contains) && shape.letters > 1
                && shape.digits > 1
            guard isToken || isKey else { continue }
            return CredentialCandidate(
                kind: isToken ? .cloudflareToken : .cloudflareKey, range: run, secret: Array(value))
        }
        return nil
    }

    /// The runs of members in the range that don't go on beyond it.
    private static func runs(_ members: ByteClass, _ bytes: [UInt8], in range: Range<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let end = TextScan.skip(members, bytes, from: offset, within: 1000)
            if end > offset, offset == 0 || !members.contains(bytes[offset - 1]) {
                result.append(offset..<end)
            }
            offset = max(end, offset) + 1
        }
        return result
    }
}

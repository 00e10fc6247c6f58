import Foundation
import Scenarios

/// What requests to AWS are signed with.
struct AWSCredentials: Sendable, Equatable {
    var keyID: String
    var secretKey: String
    /// The session's token, of temporary ones.
    var token: String?
    /// When they end, of temporary ones.
    var expires: Date?
    /// Where they came from, as messages say it: `environment`, `profile "staging"`.
    var origin: String

    /// What no message may show.
    var hidden: [String] { [secretKey, token].compactMap { $0 } }

    /// The answer of a container's or a machine's endpoint: JSON with `AccessKeyId`, `SecretAccessKey`, `Token`,
    /// `Expiration`. nil where it is none.
    init?(json: [UInt8], origin: String) {
        guard let members = JSONObject(json), let keyID = members.text("AccessKeyId"),
            let secretKey = members.text("SecretAccessKey"),
            !keyID.isEmpty, !secretKey.isEmpty
        else { return nil }
        self.init(
            keyID: keyID, secretKey: secretKey, token: members.text("Token"),
            expires: members.text("Expiration").flatMap(Self.instant), origin: origin)
    }

    /// The answer of STS, XML. nil where it is none.
    init?(xml: String, origin: String) {
        guard let keyID = XMLText.value(of: "AccessKeyId", in: xml),
            let secretKey = XMLText.value(of: "SecretAccessKey", in: xml), !keyID.isEmpty, !secretKey.isEmpty
        else { return nil }
        self.init(
            keyID: keyID, secretKey: secretKey, token: XMLText.value(of: "SessionToken", in: xml),
            expires: XMLText.value(of: "Expiration", in: xml).flatMap(Self.instant), origin: origin)
    }

    init(keyID: String, secretKey: String, token: String? = nil, expires: Date? = nil, origin: String) {
        self.keyID = keyID
        self.secretKey = secretKey
        self.token = token
        self.expires = expires
        self.origin = origin
    }

    /// RFC 3339, with and without fractions of a second.
    static func instant(_ text: String) -> Date? {
        let formatter = ISO8601DateFormatter()
        if let date = formatter.date(from: text) { return date }
        formatter.formatOptions.insert(.withFractionalSeconds)
        return formatter.date(from: text)
    }
}

import Fetch
import Foundation
import Measures
import Scenarios

/// An answer of AWS that is an error: its code and message, as JSON of the JSON protocols, or as XML of the query
/// protocol, whichever came.
struct AWSError {
    let status: Int
    /// The code without its namespace: `ResourceNotFoundException`; empty where the answer has none.
    let code: String
    /// Not to be shown as it is: it may repeat what the request held.
    let message: String

    init(_ answer: FetchAnswer) {
        status = answer.status
        let text = String(decoding: answer.body, as: UTF8.self)
        let members = JSONObject(answer.body)
        // The code may also stand in a field of the head, a URL behind it after a colon.
        let code =
            members?.text("__type") ?? members?.text("code") ?? members?.text("Code")
            ?? answer.fields.values("x-amzn-errortype").first ?? XMLText.value(of: "Code", in: text) ?? ""
        let bare = code.split(separator: "#").last.map(String.init) ?? ""
        self.code = String(
            bare.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }.prefix(64))
        message =
            members?.text("message") ?? members?.text("Message") ?? XMLText.value(of: "Message", in: text)
            ?? ""
    }

    /// What it means. `who` tells the credentials' origin, `hidden` is taken out of messages.
    func failure(who: String, hidden: [String]) -> AWSFailure {
        switch code {
        case "ResourceNotFoundException":
            // A secret without a current version is "not found" as well.
            return message.contains("staging label")
                ? AWSFailure(.noValue, "it has no current version") : AWSFailure(.notFound, "there is no such secret")
        case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AuthorizationError":
            let words = Self.shown(message, hidden: hidden)
            return AWSFailure(.accessDenied, "access denied to \(who)\(words.isEmpty ? "" : ": \(words)")")
        case "ExpiredTokenException", "ExpiredToken", "TokenRefreshRequired", "RequestExpired":
            return AWSFailure(.expired, "the credentials of \(who) have expired")
        case "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
            "IncompleteSignatureException":
            // The message repeats the request's head, so it is not shown.
            if message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current") {
                return AWSFailure(.clock, "this machine's clock differs from AWS's: the signature's time is refused")
            }
            return AWSFailure(
                .badSignature, "the signature is wrong: the secret access key of \(who) is not the key id's")
        case "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized",
            "InvalidIdentityToken",
            "IDPRejectedClaim":
            return AWSFailure(.unknownKey, "the credentials of \(who) are not known there (\(code))")
        case "ThrottlingException", "Throttling", "ThrottledException", "TooManyRequestsException",
            "RequestLimitExceeded", "RequestThrottled", "LimitExceededException":
            return AWSFailure(.throttled, "too many requests (\(code))")
        case "DecryptionFailure", "DecryptionFailureException", "KMSAccessDeniedException", "KMSInvalidStateException":
            return AWSFailure(.undecryptable, "it can't be decrypted with its key (\(code))")
        case "InvalidRequestException" where message.lowercased().contains("delet"):
            return AWSFailure(.scheduledForDeletion, "it is scheduled for deletion")
        default: break
        }
        if status == 429 { return AWSFailure(.throttled, "too many requests (status 429)") }
        let words = code.isEmpty ? "status \(status)" : "\(code), status \(status)"
        if status >= 500 { return AWSFailure(.server, "the server has a problem (\(words))") }
        if code.isEmpty { return AWSFailure(.malformed, "the answer does not come from AWS (\(words))") }
        return AWSFailure(.refused, "the request was refused (\(words))")
    }

    /// One line of at most 200 characters, without what must not show.
    private static func shown(_ message: String, hidden: [String]) -> String {
        let clean = hidden.filter { $0.utf8.count >= 4 }.reduce(message) { $0.replacing($1, with: "…") }
        let line = clean.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : String($0) }.joined()
        return line.count > 200 ? line.prefix(199) + "…" : line
    }
}

/// Texts of the XML that the query protocol answers with. Its elements have no attributes that matter and no namespaces
/// of their own, so a search for tags finds them.
enum XMLText {
    /// The text of the first element of the name.
    static func value(of name: String, in xml: String) -> String? {
        guard let start = xml.firstRange(of: "<\(name)>"),
            let end = xml[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        return entities.reduce(String(xml[start.upperBound..<end.lowerBound])) { $0.replacing($1.0, with: $1.1) }
    }
}

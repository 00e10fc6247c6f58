import Foundation
package import Scenarios

extension Authentication {
    /// The value of the `Authorization` field, where it is known without a challenge and a signature; nil where it isn't,
    /// or where an iteration gives a part of what has to be encoded.
    package var field: Text? {
        switch self {
        case .bearer(let token): return Text(pieces: [.literal("Bearer ")] + token.pieces)
        case .basic(let user, let password):
            guard let user = user.constant, let password = password.constant else { return nil }
            // RFC 7617 §2.
            let encoded = Data("\(user):\(password)".utf8).base64EncodedString()
            return Text(pieces: [.literal("Basic "), .secret(value: encoded, shown: "…")])
        case .digest, .aws: return nil
        }
    }
}

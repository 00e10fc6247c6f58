/// Why AWS gave no answer, or none that helps. Holds nothing of credentials and secrets.
struct AWSFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    enum Kind: Sendable, Equatable {
        /// No region is known.
        case noRegion
        /// No link of the credential chain gave credentials.
        case noCredentials
        /// No answer came.
        case unreachable
        /// There is no such secret.
        case notFound
        /// The secret is scheduled for deletion.
        case scheduledForDeletion
        /// The secret has no current version.
        case noValue
        /// The credentials' owner may not do this.
        case accessDenied
        /// The key that the secret is encrypted with can't be used.
        case undecryptable
        /// The credentials are temporary, and their time is over.
        case expired
        /// The access key's id, or the session token, is not known there.
        case unknownKey
        /// The signature is wrong.
        case badSignature
        /// The signature's time is too far from the server's.
        case clock
        /// Too many requests, even after some tries.
        case throttled
        /// The server has a problem of its own, even after some tries.
        case server
        /// The answer is none of AWS.
        case malformed
        /// Any other refusal.
        case refused
    }

    var kind: Kind
    var reason: String

    var description: String { reason }

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

/// How a request proves who sends it.
public enum Authentication: Sendable, Equatable {
    /// RFC 7617.
    case basic(user: Text, password: Text)
    /// RFC 7616: an unauthenticated request first, then the answer to the server's challenge.
    case digest(user: Text, password: Text)
    /// RFC 6750.
    case bearer(token: Text)
    /// AWS Signature Version 4.
    case aws(Signature)

    /// What a request is signed with.
    public struct Signature: Sendable, Equatable {
        /// The region, e.g. `us-east-1`.
        public var region: String
        /// The service, e.g. `execute-api`.
        public var service: String
        /// The access key's id.
        public var keyID: Text
        /// The secret access key.
        public var secretKey: Text
        /// The session's token, for temporary credentials.
        public var sessionToken: Text?

        /// Makes a signature.
        public init(region: String, service: String, keyID: Text, secretKey: Text, sessionToken: Text? = nil) {
            self.region = region
            self.service = service
            self.keyID = keyID
            self.secretKey = secretKey
            self.sessionToken = sessionToken
        }
    }
}

extension Authentication {
    /// All of its texts that may hold places.
    public var texts: [Text] {
        switch self {
        case .basic(let user, let password), .digest(let user, let password): [user, password]
        case .bearer(let token): [token]
        case .aws(let signature): [signature.keyID, signature.secretKey] + (signature.sessionToken.map { [$0] } ?? [])
        }
    }

    /// True where it needs what a step captures.
    public var usesCaptures: Bool { texts.contains(where: \.usesCaptures) }
}

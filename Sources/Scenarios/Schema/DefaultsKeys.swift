extension KeyTable {
    /// Defaults of steps.
    static let defaults = KeyTable(
        name: "defaults", summary: "What steps have unless they say otherwise",
        keys: [
            KeyDescription("timeout", .duration, "How long an exchange may take; 10s unless given."),
            KeyDescription(
                "transport", .choice(Defaults.Transport.allCases.map(\.rawValue)),
                "What carries requests; auto unless given: the native one where a step needs nothing more."),
            KeyDescription("http", .mapping(http), "HTTP itself."),
            KeyDescription("tls", .mapping(tls), "Certificates and their verification."),
            KeyDescription(
                "connections", .choice(Defaults.Connections.allCases.map(\.rawValue)),
                "How users come by connections; per_user unless given."),
            KeyDescription(
                "source_addresses", .list(.text, atLeast: 0),
                "Numeric addresses of this machine from which connections are made in turn."),
        ])

    /// HTTP's defaults.
    static let http = KeyTable(
        name: "http", summary: "HTTP itself",
        keys: [
            KeyDescription(
                "version", .numeral(HTTPSettings.Version.allCases.map(\.rawValue)), "The version; 1.1 unless given."),
            KeyDescription(
                "streams", .integer(minimum: 1), "HTTP/2: requests under way at most on a connection; 100 unless given."
            ),
            KeyDescription("headers", .names(.text), "Header fields of every request."),
            KeyDescription("auth", .mapping(authentication), "How requests prove who sends them."),
            KeyDescription("redirects", .integer(minimum: 0), "Redirects that are followed at most; 0 unless given."),
            KeyDescription(
                "cookies", .oneOf([.boolean, .choice(["fresh"])]),
                "Whether each user keeps cookies and sends them back; fresh: each iteration begins without; false unless given."
            ),
            KeyDescription(
                "compression", .boolean, "Whether compressed answers are asked for and unpacked; false unless given."),
            KeyDescription(
                "proxy", .text, "The proxy: http, https, socks5 or socks5h, then ://[user:password@]host:port."),
            KeyDescription("resolve", .names(.text), "Numeric addresses by host:port, which go before DNS."),
            KeyDescription("unix_socket", .text, "The Unix socket that carries every request."),
        ])

    /// TLS's settings.
    static let tls = KeyTable(
        name: "tls", summary: "Certificates and their verification",
        keys: [
            KeyDescription("ca", .text, "A PEM file of authorities to trust instead of the system's."),
            KeyDescription("certificate", .text, "A PEM file of the client's certificate chain, its own first."),
            KeyDescription("key", .text, "A PEM file of the client certificate's private key."),
            KeyDescription("verify", .boolean, "Whether the server's chain and name are verified; true unless given."),
            KeyDescription("server_name", .text, "The name to ask for and to verify, instead of the URL's host."),
            KeyDescription(
                "min_version", .numeral(TLSSettings.Version.allCases.map(\.rawValue)),
                "The oldest version; 1.2 unless given."),
            KeyDescription(
                "max_version", .numeral(TLSSettings.Version.allCases.map(\.rawValue)),
                "The newest version; 1.3 unless given."),
            KeyDescription(
                "resume", .boolean, "Whether sessions are resumed on further connections; true unless given."),
            KeyDescription(
                "key_passphrase", .text, "What an encrypted key is opened with, such as ${env:KEY_PASSPHRASE}."),
        ])

    /// Authentication.
    static let authentication = KeyTable(
        name: "auth", summary: "How a request proves who sends it",
        keys: [
            KeyDescription("basic", .mapping(credentials), "User and password in each request (RFC 7617)."),
            KeyDescription("digest", .mapping(credentials), "User and password in answer to a challenge (RFC 7616)."),
            KeyDescription("bearer", .text, "A token (RFC 6750)."),
            KeyDescription("aws", .mapping(signature), "AWS Signature Version 4."),
        ],
        exactlyOne: ["basic", "digest", "bearer", "aws"])

    /// User and password.
    static let credentials = KeyTable(
        name: "credentials", summary: "User and password",
        keys: [
            KeyDescription("user", .text, "The user's name.", required: true),
            KeyDescription("password", .text, "The password.", required: true),
        ])

    /// What a request is signed with.
    static let signature = KeyTable(
        name: "signature", summary: "What a request is signed with",
        keys: [
            KeyDescription("region", .text, "The region, e.g. us-east-1.", required: true),
            KeyDescription("service", .text, "The service, e.g. execute-api.", required: true),
            KeyDescription("key_id", .text, "The access key's id.", required: true),
            KeyDescription("secret_key", .text, "The secret access key.", required: true),
            KeyDescription("session_token", .text, "The session's token, for temporary credentials."),
        ])
}

/// The keys of `defaults:`.
struct DefaultsKeys: KeyGroup {
    static let about = GroupAbout("defaults", "What steps have unless they say otherwise")

    let timeout = Key("timeout", .duration, "How long an exchange may take; 10s unless given.")
    let transport = Key(
        "transport", .choice(Defaults.Transport.self),
        "What carries requests; auto unless given: the native one where a step needs nothing more.")
    let http = Key("http", .group(HTTPKeys.self), "HTTP itself.")
    let tls = Key("tls", .group(TLSKeys.self), "Certificates and their verification.")
    let connections = Key(
        "connections", .choice(Defaults.Connections.self),
        "How users come by connections; per_user unless given.")
    let sourceAddresses = Key(
        "source_addresses", .list(.address, of: "addresses"),
        "Numeric addresses of this machine from which connections are made in turn.")
    let dns = Key("dns", .group(DNSKeys.self), "How names of hosts are looked up.")
}

/// The keys of `http:`.
struct HTTPKeys: KeyGroup {
    static let about = GroupAbout("http", "HTTP itself")

    let version = Key("version", .numeral(HTTPSettings.Version.self), "The version; 1.1 unless given.")
    let streams = Key(
        "streams", .integer(1...1000),
        "HTTP/2: requests under way at most on a connection; 100 unless given.")
    let headers = Key("headers", .headers, "Header fields of every request.")
    let auth = Key("auth", .authentication, "How requests prove who sends them.")
    let redirects = Key(
        "redirects", .integer(0...Reading.maximumRedirects),
        "Redirects that are followed at most; 0 unless given.")
    let cookies = Key(
        "cookies", .cookies,
        "Whether each user keeps cookies and sends them back; fresh: each iteration begins without; false unless given."
    )
    let compression = Key(
        "compression", .boolean, "Whether compressed answers are asked for and unpacked; false unless given.")
    let proxy = Key(
        "proxy", .proxy, "The proxy: http, https, socks5 or socks5h, then ://[user:password@]host:port.")
    let resolve = Key("resolve", .resolutions, "Numeric addresses by host:port, which go before DNS.")
    let unixSocket = Key("unix_socket", .socketPath, "The Unix socket that carries every request.")
    let trace = Key(
        "trace", .choice(HTTPSettings.Trace.self),
        "w3c: each request carries a traceparent (W3C Trace Context) with an id of its own.")
}

/// The keys of `tls:`.
struct TLSKeys: KeyGroup {
    static let about = GroupAbout("tls", "Certificates and their verification")

    let ca = Key("ca", .readableFile, "A PEM file of authorities to trust instead of the system's.")
    let certificate = Key(
        "certificate", .readableFile, "A PEM file of the client's certificate chain, its own first.")
    let key = Key("key", .readableFile, "A PEM file of the client certificate's private key.")
    let verify = Key(
        "verify", .boolean, "Whether the server's chain and name are verified; true unless given.")
    let serverName = Key(
        "server_name", .serverName, "The name to ask for and to verify, instead of the URL's host.")
    let minVersion = Key(
        "min_version", .numeral(TLSSettings.Version.self), "The oldest version; 1.2 unless given.")
    let maxVersion = Key(
        "max_version", .numeral(TLSSettings.Version.self), "The newest version; 1.3 unless given.")
    let resume = Key(
        "resume", .boolean, "Whether sessions are resumed on further connections; true unless given.")
    let keyPassphrase = Key(
        "key_passphrase", .constant("a passphrase"),
        "What an encrypted key is opened with, such as ${env:KEY_PASSPHRASE}.")

    var rules: [KeyRule] {
        let without: @Sendable (String, String) -> String = { "\(quoted($0)) needs \(quoted($1)) beside it" }
        return [
            .needs(certificate, key, without: without), .needs(key, certificate, without: without),
            .needs(keyPassphrase, key, without: without),
        ]
    }
}

/// The keys of `auth:`.
struct AuthenticationKeys: KeyGroup {
    static let about = GroupAbout("auth", "How a request proves who sends it")

    let basic = Key("basic", .userAndPassword, "User and password in each request (RFC 7617).")
    let digest = Key("digest", .userAndPassword, "User and password in answer to a challenge (RFC 7616).")
    let bearer = Key("bearer", .token, "A token (RFC 6750).")
    let aws = Key("aws", .signature, "AWS Signature Version 4.")

    var rules: [KeyRule] {
        [
            .exactlyOne(of: basic, digest, bearer, aws) { other, first in
                "auth has one way: \(quoted(other)) can't stand beside \(quoted(first))"
            }
        ]
    }
}

/// User and password.
struct UserKeys: KeyGroup {
    static let about = GroupAbout("credentials", "User and password")

    let user = Key("user", .text, "The user's name.", required: true)
    let password = Key("password", .text, "The password.", required: true)
}

/// What a request is signed with.
struct SignatureKeys: KeyGroup {
    static let about = GroupAbout("signature", "What a request is signed with")

    let region = Key(
        "region", .awsName("a region such as us-east-1"), "The region, e.g. us-east-1.", required: true)
    let service = Key(
        "service", .awsName("a service such as execute-api"), "The service, e.g. execute-api.", required: true)
    let keyID = Key("key_id", .headerValue, "The access key's id.", required: true)
    let secretKey = Key("secret_key", .text, "The secret access key.", required: true)
    let sessionToken = Key("session_token", .headerValue, "The session's token, for temporary credentials.")
}

import Scenarios

/// Options of curl, as far as they mean something here or are known to mean nothing (curl(1), version 8).
struct CurlOption {
    /// What an option does to the import.
    enum Effect: Equatable {
        case url, method, header, data, dataRaw, dataBinary, dataEncode, json, form, get, head, user, agent, referer
        case cookie, bearer, next, maximumTime, range, noGlob, urlQuery
        case formText, upload, digest, signature, redirects, maximumRedirects, compressed, http2
        case insecure, authorities, certificate, key, minimumTLS(String?), maximumTLS
        case proxy(scheme: String), proxyUser, unixSocket, resolve
        /// Changes nothing that is measured, or what a scenario does anyway.
        case ignored
        /// Is left out, and said.
        case leftOut(String)
        /// Would be another request without it.
        case refused(String)
    }

    /// The long name without dashes.
    var name: String
    var effect: Effect
    var takesValue: Bool

    /// The option of a long name; one that begins only one name will do, as with curl.
    static func long(_ name: String) -> CurlOption? {
        if let option = byName[name] { return option }
        // `--no-` turns a switch off again.
        if name.hasPrefix("no-"), let option = byName[String(name.dropFirst(3))], !option.takesValue {
            return CurlOption(name: name, effect: .ignored, takesValue: false)
        }
        return nil
    }

    /// The option of a letter.
    static func short(_ letter: Character) -> CurlOption? { letters[letter].flatMap { byName[$0] } }

    /// The name that was probably meant.
    static func suggestion(for name: String) -> String? {
        Suggestion.nearest(to: name, among: byName.keys.sorted()).map { "--\($0)" }
    }

    private static let byName: [String: CurlOption] = {
        var options: [String: CurlOption] = [:]
        func add(_ names: String, _ effect: Effect, value: Bool = false) {
            for name in names.split(separator: " ").map(String.init) {
                options[name] = CurlOption(name: name, effect: effect, takesValue: value)
            }
        }
        add("url", .url, value: true)
        add("request", .method, value: true)
        add("header", .header, value: true)
        add("data data-ascii", .data, value: true)
        add("data-raw", .dataRaw, value: true)
        add("data-binary", .dataBinary, value: true)
        add("data-urlencode", .dataEncode, value: true)
        add("json", .json, value: true)
        add("form", .form, value: true)
        add("form-string", .formText, value: true)
        add("upload-file", .upload, value: true)
        add("url-query", .urlQuery, value: true)
        add("digest", .digest)
        add("aws-sigv4", .signature, value: true)
        add("location", .redirects)
        add("location-trusted", .redirects)
        add("max-redirs", .maximumRedirects, value: true)
        add("compressed", .compressed)
        add("http2 http2-prior-knowledge", .http2)
        add("insecure", .insecure)
        add("cacert", .authorities, value: true)
        add("cert", .certificate, value: true)
        add("key", .key, value: true)
        add("tlsv1.2", .minimumTLS("1.2"))
        add("tlsv1.3", .minimumTLS("1.3"))
        add("tlsv1 tlsv1.0 tlsv1.1", .minimumTLS(nil))
        add("tls-max", .maximumTLS, value: true)
        add("proxy", .proxy(scheme: "http"), value: true)
        add("socks5", .proxy(scheme: "socks5"), value: true)
        add("socks5-hostname", .proxy(scheme: "socks5h"), value: true)
        add("proxy-user", .proxyUser, value: true)
        add("unix-socket", .unixSocket, value: true)
        add("resolve", .resolve, value: true)
        add("get", .get)
        add("head", .head)
        add("user", .user, value: true)
        add("user-agent", .agent, value: true)
        add("referer", .referer, value: true)
        add("cookie", .cookie, value: true)
        add("oauth2-bearer", .bearer, value: true)
        add("next", .next)
        add("max-time", .maximumTime, value: true)
        add("range", .range, value: true)
        add("globoff", .noGlob)
        add(
            "silent show-error verbose no-progress-meter progress-bar include fail fail-with-body fail-early no-buffer "
                + "http1.1 http1.0 tcp-nodelay tcp-fastopen ipv4 ipv6 remote-name remote-name-all remote-time "
                + "remote-header-name create-dirs raw compressed-ssh no-keepalive basic anyauth parallel styled-output "
                + "path-as-is no-sessionid junk-session-cookies post301 post302 post303 disable trace-time",
            .ignored)
        add(
            "output output-dir write-out connect-timeout stderr trace trace-ascii retry retry-delay retry-max-time "
                + "limit-rate speed-limit speed-time keepalive-time dump-header cookie-jar parallel-max "
                + "max-filesize expect100-timeout rate",
            .ignored, value: true)
        add("basic anyauth", .ignored)
        add("tr-encoding", .leftOut("transfer codings are not asked for"))
        add("http3 http3-only", .leftOut("HTTP/3 is not spoken: requests go out in HTTP/1.1"))
        add("retry-all-errors retry-connrefused", .leftOut("nothing is sent again"))
        add(
            "capath ciphers tls13-ciphers pinnedpubkey curves crlfile",
            .leftOut("a scenario has no such setting of TLS"),
            value: true)
        add("sslv2 sslv3 ssl ssl-reqd cert-status", .leftOut("a scenario has no such setting of TLS"))
        add(
            "connect-to interface local-port dns-servers doh-url noproxy",
            .leftOut("set --target or resolve to where load goes"), value: true)
        add("pass cert-type key-type", .refused("certificates and keys are PEM files without a password"), value: true)
        add(
            "preproxy socks4 socks4a proxy-header proxy-cacert proxy-cert proxy-key",
            .refused("proxies are http, https, socks5 and socks5h, without fields of their own"), value: true)
        add("proxytunnel proxy-insecure proxy-digest proxy-ntlm proxy-anyauth", .leftOut("the proxy is asked as usual"))
        add("config variable expand-url", .refused("put in the options that it holds"), value: true)
        add("netrc netrc-optional", .refused("give the header field with -H"))
        add("netrc-file", .refused("give the header field with -H"), value: true)
        add(
            "ntlm negotiate",
            .refused("requests prove who sends them by basic, digest, a bearer token or AWS's signature"))
        add("abstract-unix-socket", .refused("a scenario names the path of a Unix socket"), value: true)
        add("form-escape", .ignored)
        return options
    }()

    private static let letters: [Character: String] = [
        "X": "request", "H": "header", "d": "data", "F": "form", "G": "get", "I": "head", "u": "user",
        "A": "user-agent", "e": "referer", "b": "cookie", ":": "next", "m": "max-time", "r": "range", "g": "globoff",
        "s": "silent", "S": "show-error", "v": "verbose", "#": "progress-bar", "i": "include", "f": "fail",
        "N": "no-buffer", "4": "ipv4", "6": "ipv6", "O": "remote-name", "R": "remote-time", "J": "remote-header-name",
        "o": "output", "w": "write-out", "D": "dump-header", "c": "cookie-jar", "Y": "speed-limit", "y": "speed-time",
        "Z": "parallel", "L": "location", "k": "insecure", "E": "cert", "x": "proxy", "U": "proxy-user",
        "T": "upload-file", "K": "config", "n": "netrc", "1": "tlsv1", "2": "sslv2", "3": "sslv3", "0": "http1.0",
        "p": "proxytunnel",
        "j": "junk-session-cookies", "q": "disable",
    ]
}

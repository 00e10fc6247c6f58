import Scenarios

/// Options of curl, as far as they mean something here or are known to mean nothing (curl(1), version 8).
struct CurlOption {
    /// What an option does to the import.
    enum Effect: Equatable {
        case url, method, header, data, dataRaw, dataBinary, dataEncode, json, form, get, head, user, agent, referer
        case cookie, bearer, next, maximumTime, range, noGlob
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
        add("form form-string", .form, value: true)
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
                + "limit-rate speed-limit speed-time keepalive-time max-redirs dump-header cookie-jar parallel-max "
                + "max-filesize expect100-timeout rate",
            .ignored, value: true)
        add("basic anyauth", .ignored)
        add("location location-trusted", .leftOut("redirects are not followed: they count as good answers"))
        add("insecure", .leftOut("certificates are of no concern to http://"))
        add("compressed tr-encoding", .leftOut("answers are asked for without compression"))
        add("http2 http2-prior-knowledge http3 http3-only", .leftOut("requests go out in HTTP/1.1"))
        add("retry-all-errors retry-connrefused", .leftOut("nothing is sent again"))
        add(
            "cacert capath cert-type ciphers tls-max tls13-ciphers pinnedpubkey", .leftOut("it concerns TLS"),
            value: true)
        add("tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 sslv2 sslv3 ssl ssl-reqd cert-status", .leftOut("it concerns TLS"))
        add(
            "resolve connect-to interface local-port dns-servers", .leftOut("set --target to where load goes"),
            value: true)
        add("cert key pass", .refused("client certificates are not supported yet"), value: true)
        add(
            "proxy preproxy socks4 socks4a socks5 socks5-hostname proxy-user proxy-header",
            .refused("requests go straight to the target"), value: true)
        add("upload-file", .refused("give the content with --data-binary"), value: true)
        add("config variable expand-url", .refused("put in the options that it holds"), value: true)
        add("netrc netrc-optional", .refused("give the header field with -H"))
        add("netrc-file", .refused("give the header field with -H"), value: true)
        add("digest ntlm negotiate", .refused("only basic authentication can be sent"))
        add("aws-sigv4", .refused("requests can't be signed"), value: true)
        add("unix-socket abstract-unix-socket", .refused("load goes to hosts and ports"), value: true)
        add("url-query", .refused("put it into the URL"), value: true)
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
        "j": "junk-session-cookies", "q": "disable",
    ]
}

/// What error pages must not show.
enum ErrorDetail {
    /// What was found, in words; nil: nothing.
    static func found(in body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(64 * 1024), as: UTF8.self).lowercased()
        for (mark, what) in traces where text.contains(mark) { return what }
        for server in ["nginx/", "apache/", "openresty/", "microsoft-iis/", "lighttpd/", "tomcat/", "jetty/", "php/"] {
            guard let location = text.firstRange(of: server) else { continue }
            let version = text[location.upperBound...].prefix { $0.isNumber || $0 == "." }.prefix(20)
            if version.first?.isNumber == true { return "\(server)\(version)" }
        }
        return nil
    }

    private static let traces: [(mark: String, what: String)] = [
        ("traceback (most recent call last)", "a Python stack trace"), ("\tat java.", "a Java stack trace"),
        ("    at org.", "a Java stack trace"), ("exception in thread \"", "a Java stack trace"),
        ("at system.web.", "a .NET stack trace"), ("system.nullreferenceexception", "a .NET stack trace"),
        ("at object.<anonymous>", "a Node stack trace"), ("/node_modules/", "a Node stack trace"),
        ("goroutine 1 [running]", "a Go stack trace"), ("fatal error: uncaught", "a PHP error"),
        ("actioncontroller::", "a Ruby error"), ("fatal error: index out of range", "a Swift crash"),
        ("stack backtrace:", "a Rust stack trace"), ("sqlstate[", "a database error"),
    ]
}

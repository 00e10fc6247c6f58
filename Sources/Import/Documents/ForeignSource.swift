/// A file of another tool, told by what stands in it: what it is, and what to do with it.
struct ForeignSource {
    /// `a JMeter test plan`
    let kind: String
    /// What leads to a scenario from here.
    let advice: String

    /// Characters that are looked at: what a file is stands at its beginning.
    private static let lookedAt = 64 << 10

    private static let record =
        "send its requests through a recording proxy (mitmdump --set hardump=session.har), then --har session.har"
    private static let curl = "give its requests as curl commands: --curl 'curl …'"

    /// Recognises a text by its name and first lines.
    static func recognise(_ text: String, file: String) -> ForeignSource? {
        let name = file.lowercased()
        let head = String(text.prefix(lookedAt))
        let lines = head.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
        func has(_ words: String...) -> Bool { words.contains { TextSearch.contains(head, $0) } }
        func isNamed(_ endings: String...) -> Bool { endings.contains { name.hasSuffix($0) } }

        if isNamed(".jmx") || has("<jmeterTestPlan") { return .init(kind: "a JMeter test plan", advice: record) }
        if has("<tsung") { return .init(kind: "a Tsung scenario", advice: record) }
        if has("soapui-project") { return .init(kind: "a SoapUI project", advice: record) }
        if has("<wsdl:definitions", "http://schemas.xmlsoap.org/wsdl/") {
            return .init(kind: "a WSDL description", advice: curl)
        }
        if has("from 'k6", "from \"k6", "require('k6", "require(\"k6") {
            return .init(
                kind: "a k6 script",
                advice: "take the OpenAPI document or HAR recording that it was made from, or \(record)")
        }
        if has("io.gatling") { return .init(kind: "a Gatling simulation", advice: record) }
        if lines.contains(where: { $0.hasPrefix("from locust") || $0.hasPrefix("import locust") }) {
            return .init(kind: "a Locust file", advice: record)
        }
        if isNamed(".bru") {
            return .init(kind: "a Bruno request", advice: "export the collection as Postman, then --postman")
        }
        if isNamed(".hurl") { return .init(kind: "a Hurl file", advice: curl) }
        if has("#%RAML") { return .init(kind: "a RAML document", advice: "convert it to OpenAPI, then --openapi") }
        if lines.first?.hasPrefix("FORMAT: 1A") ?? false {
            return .init(kind: "an API Blueprint", advice: "convert it to OpenAPI, then --openapi")
        }
        if lines.contains(where: { $0.hasPrefix("syntax = \"proto") }) {
            return .init(kind: "a Protocol Buffers file", advice: "gRPC is not load that Loadgate makes")
        }
        if let first = lines.first, lines.count > 1, let line = DocumentFile.value(ofJSON: String(first)),
            let known = recognise(line)
        {
            return known
        }
        if lines.first?.hasPrefix("curl ") ?? false {
            return .init(kind: "a curl command", advice: "--curl \"$(cat FILE)\"")
        }
        if lines.prefix(5).contains(where: isLogLine) { return .init(kind: "an access log", advice: curl) }
        if let line = lines.first(where: { !$0.hasPrefix("#") && !$0.hasPrefix("//") && !$0.hasPrefix("@") }),
            isRequestLine(line)
        {
            let isHTTP = isNamed(".http", ".rest") || has("###") || line.hasSuffix("HTTP/1.1")
            return .init(kind: isHTTP ? "a file of HTTP requests (.http)" : "a list of vegeta targets", advice: curl)
        }
        let start = head.drop(while: \.isWhitespace).prefix(15).lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            return .init(
                kind: "an HTML page",
                advice: "the document itself is often at /openapi.json, /swagger.json, /v3/api-docs or /api/schema")
        }
        return nil
    }

    /// Recognises a JSON or YAML document.
    static func recognise(_ root: DocumentValue) -> ForeignSource? {
        if root["config"] != nil, root["scenarios"]?.list != nil || root["config"]?["phases"] != nil {
            return .init(kind: "an Artillery script", advice: record)
        }
        if root["execution"] != nil, root["scenarios"] != nil { return .init(kind: "a Taurus file", advice: record) }
        if root["asyncapi"] != nil {
            return .init(kind: "an AsyncAPI document", advice: "websocket steps are written by hand")
        }
        if root["__export_format"] != nil || root["type"]?.text?.contains("insomnia") ?? false {
            return .init(kind: "an Insomnia export", advice: "export it as HAR, then --har")
        }
        if root["_postman_variable_scope"] != nil {
            return .init(
                kind: "a Postman environment",
                advice: "import the collection with --postman, and set what it names with --set NAME=VALUE")
        }
        if root["requests"]?.list != nil, root["order"] != nil {
            return .init(kind: "a Postman collection of version 1", advice: "export it as version 2.1, then --postman")
        }
        if root["target"] != nil, root["flows"] != nil {
            return .init(kind: "a scenario already", advice: "loadgate run takes it")
        }
        if root["method"]?.text != nil, root["url"]?.text != nil {
            return .init(kind: "a list of vegeta targets", advice: curl)
        }
        return nil
    }

    /// The problem of a file that was taken for something else.
    func problem(_ file: String) -> InvalidSource {
        InvalidSource(file, "this is \(kind), which init does not read: \(advice)")
    }

    private static func isRequestLine(_ line: Substring) -> Bool {
        let parts = line.split(separator: " ")
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        guard parts.count >= 2, methods.contains(String(parts[0])) else { return false }
        return parts[1].hasPrefix("http") || parts[1].hasPrefix("/") || parts[1].hasPrefix("{{")
    }

    /// `… "GET /path HTTP/1.1" 200 …`, as web servers write it.
    private static func isLogLine(_ line: Substring) -> Bool {
        let parts = line.split(separator: "\"", maxSplits: 2)
        return parts.count > 1 && isRequestLine(parts[1]) && TextSearch.contains(String(parts[1]), " HTTP/")
    }
}

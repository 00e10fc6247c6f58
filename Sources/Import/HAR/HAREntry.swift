import HTTPFields

/// An exchange of a HAR 1.2 recording.
struct HAREntry {
    /// In upper case.
    var method: String
    var url: String
    /// The URL taken apart; nil where it is none of `http` or `https`.
    var address: RequestURL?
    var headers: [(name: String, value: String)]
    /// `postData`; nil where there is none.
    var postData: DocumentValue?
    /// 0 where there was no answer.
    var status: Int
    /// Media type of the answer.
    var answerType: String
    /// Begin and end in milliseconds; nil where the recording doesn't tell.
    var begin: Double?
    var end: Double?
    /// True for a page, not something that it shows.
    var isDocument: Bool
    /// True for what became a WebSocket.
    var isWebSocket: Bool
    /// The answer, for what is secret in it.
    var response: DocumentValue
    /// Header fields of the answer.
    var answerHeaders: [(name: String, value: String)]
    /// Cookies that the request sends.
    var sentCookies: [(name: String, value: String)]
    /// Cookies that the answer sets.
    var setCookies: [(name: String, value: String)]
    /// True where the browser gave the request up, whatever status stands there.
    var isAborted: Bool
    /// True for the question by which a browser finds out whether it may send another request (Fetch §4.8).
    var isPreflight: Bool

    /// Reads an entry; gives what is wrong with it to `report`.
    init?(_ value: DocumentValue, at pointer: JSONPointer, report: (JSONPointer, String) -> Void) {
        guard let request = value["request"], request.object != nil else {
            report(pointer, "an entry has a request")
            return nil
        }
        let location = pointer.appending("request")
        guard let url = request["url"]?.text, let method = request["method"]?.text else {
            report(location, "a request has a method and a URL")
            return nil
        }
        self.method = method.uppercased()
        self.url = url
        address = RequestURL(url).flatMap { ["http", "https"].contains($0.scheme) ? $0 : nil }
        headers = Self.pairs(request["headers"])
        postData = request["postData"].flatMap { $0.object == nil ? nil : $0 }
        response = value["response"] ?? .null
        status = response["status"]?.integer ?? 0
        answerType = response["content"]?["mimeType"]?.text?.lowercased() ?? ""
        begin = value["startedDateTime"]?.text.flatMap(HARTime.milliseconds)
        end = begin.map { $0 + max(0, value["time"]?.number ?? 0) }
        isDocument = value["_resourceType"]?.text.map { $0 == "document" } ?? answerType.hasPrefix("text/html")
        answerHeaders = Self.pairs(response["headers"])
        sentCookies = Self.pairs(request["cookies"])
        for (name, value) in headers where name.lowercased() == "cookie" {
            sentCookies += value.split(separator: ";").compactMap { Self.cookie($0) }
        }
        setCookies = Self.pairs(response["cookies"])
        for (name, value) in answerHeaders where name.lowercased() == "set-cookie" {
            // Recordings join several fields by line breaks.
            for line in value.split(whereSeparator: \.isNewline) {
                guard let cookie = SetCookie(String(line)), !cookie.name.isEmpty else { continue }
                setCookies.append(
                    (String(decoding: cookie.name, as: UTF8.self), String(decoding: cookie.value, as: UTF8.self)))
            }
        }
        let isGivenUp = { (value: DocumentValue?) in value.map { $0 != .null && $0 != .text("") } ?? false }
        isAborted =
            isGivenUp(response["_error"]) || isGivenUp(value["_error"])
        isPreflight =
            self.method == "OPTIONS" && headers.contains { $0.name.lowercased() == "access-control-request-method" }
        isWebSocket =
            status == 101 || value["_webSocketMessages"] != nil || value["_resourceType"]?.text == "websocket"
            || url.lowercased().hasPrefix("ws:") || url.lowercased().hasPrefix("wss:")
    }

    private static func pairs(_ list: DocumentValue?) -> [(name: String, value: String)] {
        (list?.list ?? []).compactMap { field in
            guard let name = field["name"]?.text, let value = field["value"]?.scalarText else { return nil }
            return (name, value)
        }
    }

    /// `name=value`
    private static func cookie(_ text: Substring) -> (name: String, value: String)? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals].drop { $0 == " " }
        return name.isEmpty ? nil : (String(name), String(text[text.index(after: equals)...]))
    }

    /// Values that the answer gives out and that later requests may carry: cookies, and what its JSON calls a token.
    var issuedSecrets: (cookies: [String], json: DocumentValue?) {
        let cookies = setCookies.map(\.value)
        let isJSON = answerType.contains("json")
        let text = isJSON ? response["content"]?["text"]?.text : nil
        return (cookies, text.flatMap { $0.utf8.count <= 1 << 20 ? DocumentFile.value(ofJSON: $0) : nil })
    }
}

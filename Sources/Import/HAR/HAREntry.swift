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

    /// Reads an entry; gives what is wrong with it to `report`.
    init?(_ value: DocumentValue, at pointer: JSONPointer, report: (JSONPointer, String) -> Void) {
        guard let request = value["request"], request.object != nil else {
            report(pointer, "an entry has a request")
            return nil
        }
        let place = pointer.appending("request")
        guard let url = request["url"]?.text, let method = request["method"]?.text else {
            report(place, "a request has a method and a URL")
            return nil
        }
        self.method = method.uppercased()
        self.url = url
        address = RequestURL(url).flatMap { ["http", "https"].contains($0.scheme) ? $0 : nil }
        headers = (request["headers"]?.list ?? []).compactMap { field in
            guard let name = field["name"]?.text, let value = field["value"]?.scalarText else { return nil }
            return (name, value)
        }
        postData = request["postData"].flatMap { $0.object == nil ? nil : $0 }
        response = value["response"] ?? .null
        status = response["status"]?.integer ?? 0
        answerType = response["content"]?["mimeType"]?.text?.lowercased() ?? ""
        begin = value["startedDateTime"]?.text.flatMap(HARTime.milliseconds)
        end = begin.map { $0 + max(0, value["time"]?.number ?? 0) }
        isDocument = value["_resourceType"]?.text.map { $0 == "document" } ?? answerType.hasPrefix("text/html")
        isWebSocket =
            status == 101 || value["_webSocketMessages"] != nil || value["_resourceType"]?.text == "websocket"
            || url.lowercased().hasPrefix("ws:") || url.lowercased().hasPrefix("wss:")
    }

    /// Values that the answer gives out and that later requests may carry: cookies, and what its JSON calls a token.
    var issuedSecrets: (cookies: [String], json: DocumentValue?) {
        let cookies = (response["cookies"]?.list ?? []).compactMap { $0["value"]?.text }
        let isJSON = answerType.contains("json")
        let text = isJSON ? response["content"]?["text"]?.text : nil
        return (cookies, text.flatMap { $0.utf8.count <= 1 << 20 ? JSONDocument.value(of: $0) : nil })
    }
}

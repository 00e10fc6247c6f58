/// An answer of the API.
struct APIAnswer: Equatable {
    var status: Int
    var type = "application/json"
    /// Nil: there is none, and none is told of.
    var body: String?

    /// An answer of JSON.
    init(_ status: Int, _ body: String) {
        self.status = status
        self.body = body
    }

    /// 204.
    static let nothing = APIAnswer(status: 204)
    static let notFound = APIAnswer(status: 404, type: "text/plain; charset=utf-8", body: "404 page not found\n")
    static let wrongMethod = APIAnswer(status: 405)
    static let forbidden = APIAnswer(
        status: 403, type: "text/plain; charset=utf-8", body: "User agent not allowed\n")

    private init(status: Int, type: String = "application/json", body: String? = nil) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// Its bytes; `number` tells answers apart.
    func bytes(number: Int, closes: Bool, isHead: Bool = false) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Error")\r\n"
        if let body { head += "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n" }
        if body == nil, status != 204 { head += "Content-Length: 0\r\n" }
        head += "X-Toxiproxy-Request-Id: \(number)\r\n"
        if closes { head += "Connection: close\r\n" }
        return Array((head + "\r\n" + (isHead ? "" : body ?? "")).utf8)
    }

    private static let reasons = [
        200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 413: "Content Too Large",
        417: "Expectation Failed", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
        501: "Not Implemented", 505: "HTTP Version Not Supported",
    ]
}

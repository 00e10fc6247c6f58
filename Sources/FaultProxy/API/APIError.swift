import Scenarios

/// What the API answers instead of what was asked for: Toxiproxy's words and statuses (its `api.go`).
struct APIError: Error {
    var status: Int
    var message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// What the registry says. A port that is taken is 500, as in Toxiproxy.
    init(_ error: ProxyError) {
        let status =
            switch error.kind {
            case .invalid: 400
            case .notFound: 404
            case .exists: 409
            case .unavailable: 500
            }
        self.init(status, error.description)
    }

    static func badBody(_ reason: String) -> APIError { APIError(400, "bad request body: \(reason)") }
    static func missing(_ field: String) -> APIError { APIError(400, "missing required field: \(field)") }
    static let wrongStream = APIError(400, "stream was invalid, can be either upstream or downstream")
    static let wrongType = APIError(400, "invalid toxic type")

    /// Its members, to stand in an object.
    var members: String { "\"error\":\(JSONString.quoted(message)),\"status\":\(status)" }

    var answer: APIAnswer { APIAnswer(status, "{\(members)}\n") }
}

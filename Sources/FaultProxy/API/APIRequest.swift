/// A request to the API.
package struct APIRequest: Sendable, Equatable {
    /// As written; methods have case.
    package var method: String
    /// The target's path as written, without a query.
    package var path: String
    /// The `User-Agent`; empty where there is none.
    package var userAgent = ""
    /// False where the connection ends with the answer.
    package var keepsConnection = true
    /// The content.
    package var body: [UInt8] = []
}

/// A request that can't be read; the connection ends with the answer.
package struct APIRequestFailure: Error, Equatable {
    /// The answer's status.
    package var status: Int
    /// What is wrong.
    package var reason: String
}

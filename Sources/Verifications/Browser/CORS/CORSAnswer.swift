import Measures
import Scenarios
import VerificationKit

/// An answer to a request of another origin, as the CORS protocol reads it (WHATWG Fetch).
struct CORSAnswer: Sendable {
    /// Who asked.
    enum Asker: Sendable, Equatable {
        /// A request without Origin.
        case nobody
        case allowed(String)
        case hostile(HostileOrigin)

        /// The value of the field Origin.
        var origin: String? {
            switch self {
            case .nobody: nil
            case .allowed(let text): text
            case .hostile(let origin): origin.text
            }
        }
    }

    /// What was asked.
    enum Question: Sendable, Equatable {
        /// The request itself.
        case actual
        /// Whether a request may be made; with names of header fields in lower case.
        case preflight(method: String, headers: [String])
    }

    let answer: BrowserAnswer
    let asker: Asker
    let question: Question
    /// Whether the request was made up, so that nobody declared that its answer has to do with CORS.
    let isMadeUp: Bool

    init(_ exchange: ObservedExchange, _ asker: Asker, _ question: Question, isMadeUp: Bool = false) {
        var answer = BrowserAnswer(exchange)
        switch question {
        case .actual: answer.asker = asker.origin.map { " from \($0)" } ?? " without Origin"
        case .preflight(let method, let headers):
            let fields = headers.isEmpty ? "" : " with \(headers.joined(separator: ", "))"
            answer.asker = " for \(method)\(fields) from \(asker.origin ?? "nowhere")"
        }
        self.answer = answer
        self.asker = asker
        self.question = question
        self.isMadeUp = isMadeUp
    }

    var isPreflight: Bool { question != .actual }

    var isAllowed: Bool { if case .allowed = asker { true } else { false } }

    /// Whether it must be granted: an allowed origin's, where CORS is declared.
    var mustBeGranted: Bool { isAllowed && !isMadeUp }

    /// Access-Control-Allow-Origin; several lines are joined, which no origin equals.
    var allowedOrigin: String? {
        let values = answer.values("Access-Control-Allow-Origin")
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Whether the answer allows credentials: `true` and nothing else.
    var allowsCredentials: Bool { answer.values("Access-Control-Allow-Credentials") == ["true"] }

    /// The CORS check: whether a page of the asker may read the answer.
    func isReadable(withCredentials: Bool) -> Bool {
        guard let origin = asker.origin, let allowedOrigin else { return false }
        if allowedOrigin == "*" { return !withCredentials }
        return allowedOrigin == origin && (!withCredentials || allowsCredentials)
    }

    /// What the asker is told, in words.
    var grant: String {
        guard let allowedOrigin else { return "no Access-Control-Allow-Origin" }
        let shown = "Access-Control-Allow-Origin: \(FieldText.shown(allowedOrigin, upTo: 100))"
        return allowsCredentials ? shown + " with credentials" : shown
    }

    /// The members of a list such as Access-Control-Allow-Methods.
    func members(_ name: String) -> [String] { FieldText.members(answer.values(name)) }

    /// Whether a preflight lets a method through.
    func allows(method: String, withCredentials: Bool) -> Bool {
        let methods = members("Access-Control-Allow-Methods")
        return Self.safeMethods.contains(method) || methods.contains(method)
            || !withCredentials && methods.contains("*")
    }

    /// Whether a preflight lets a request header field through, of a name in lower case.
    func allows(header: String, withCredentials: Bool) -> Bool {
        let headers = members("Access-Control-Allow-Headers").map { $0.lowercased() }
        if headers.contains(header) { return true }
        return header != "authorization" && !withCredentials && headers.contains("*")
    }

    /// Methods that need no preflight.
    static let safeMethods: Set<String> = ["GET", "HEAD", "POST"]

    /// Header fields of answers that scripts may always read, in lower case.
    static let safeFields: Set<String> = [
        "cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma",
    ]
}

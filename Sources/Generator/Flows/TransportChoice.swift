import Scenarios

/// Which transport carries each step.
struct TransportChoice {
    /// For each step, in the plan's order, whether libcurl carries it.
    let usesCurl: [Bool]

    init(_ scenario: Scenario) {
        let steps = scenario.steps
        let defaults = scenario.defaults
        var choice = steps.map { step in
            switch defaults.transport {
            case .native: false
            case .curl: !step.isOnWebSocket
            case .auto: !step.isOnWebSocket && Self.needsCurl(step, defaults.http)
            }
        }
        // A user's cookies are kept by one transport: what one step is given another one sends.
        if defaults.http.cookies, choice.contains(true) { choice = steps.map { !$0.isOnWebSocket } }
        usesCurl = choice
    }

    /// The transport's name in results.
    func name(ofStep step: Int) -> String { usesCurl[step] ? "curl" : "native" }

    private static func needsCurl(_ step: Step, _ http: HTTPSettings) -> Bool {
        if http.compression || http.proxy != nil || http.unixSocket != nil { return true }
        if step.redirects > 0 { return true }
        switch step.body {
        case .multipart, .file: return true
        case .json, .form, .text, nil: break
        }
        switch step.authentication {
        case .digest, .aws: return true
        // Base64 of what an iteration gives is nothing that a template can make.
        case .basic(let user, let password): return user.constant == nil || password.constant == nil
        case .bearer, nil: return false
        }
    }
}

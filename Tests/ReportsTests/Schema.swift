import Reports

extension ResultSchema {
    /// The schema with Loadgate's kinds of verification.
    static var json: String {
        json(verifications: ["rate_limit", "cache", "headers", "cors", "input", "credentials", "secrets"])
    }
}

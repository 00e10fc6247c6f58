/// A request of a curl command: what the options between two `--next` say.
struct CurlRequest {
    /// A part of the body.
    struct DataPart {
        var text: String
        /// The text is encoded already, or is no form.
        var isJSON: Bool
    }

    /// URLs, with the number of their word.
    var urls: [(text: String, word: Int)] = []
    var method: String?
    var headers: [(name: String, value: String)] = []
    var data: [DataPart] = []
    var cookies: [String] = []
    var user: String?
    var bearer: String?
    var timeout: String?
    var usesQuery = false
    var isHead = false
    var globs = true

    /// True where an option was given.
    var isEmpty: Bool { urls.isEmpty && method == nil && headers.isEmpty && data.isEmpty && user == nil }

    /// The parts of the body as curl joins them: those of `--json` without anything between them.
    var joinedData: String {
        var text = ""
        for (index, part) in data.enumerated() { text += (index > 0 && !part.isJSON ? "&" : "") + part.text }
        return text
    }

    /// The value of a header field, its name in lower case.
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

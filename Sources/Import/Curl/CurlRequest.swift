/// A request of a curl command: what the options between two `--next` say.
struct CurlRequest {
    /// A part of the body.
    struct DataPart {
        var text: String
        /// The text is encoded already, or is no form.
        var isJSON: Bool
        /// The file whose bytes are sent as they are; `text` is empty then.
        var file: String?
    }

    /// URLs, with the number of their word.
    var urls: [(text: String, word: Int)] = []
    var method: String?
    var headers: [(name: String, value: String)] = []
    var data: [DataPart] = []
    /// Fields of a multipart form, with the number of their word.
    var parts: [(part: ScenarioDraft.Part, word: Int)] = []
    /// The file that `-T` sends.
    var upload: String?
    var cookies: [String] = []
    var user: String?
    var bearer: String?
    var usesDigest = false
    /// The value of `--aws-sigv4`.
    var signature: String?
    var timeout: String?
    var usesQuery = false
    /// What `--url-query` adds.
    var query: [String] = []
    var isHead = false
    var globs = true
    var followsRedirects = false
    var maximumRedirects: Int?
    /// What belongs to all requests of a scenario.
    var settings = ScenarioDraft.Settings()
    /// True for `--http2-prior-knowledge`: over http://, `--http2` asks for an upgrade, which few servers give.
    var usesPriorKnowledge = false
    var proxy: String?
    var proxyUser: String?

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

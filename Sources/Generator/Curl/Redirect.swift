import CCurl

/// A status that leads to another request (RFC 9110 §15.4). 300 leaves the choice to whoever asked, 304 says that what is
/// kept is still right, 305 and 306 mean nothing any more.
enum Redirect: Int32 {
    case movedPermanently = 301
    case found = 302
    case seeOther = 303
    case temporary = 307
    case permanent = 308

    /// Nil for a status that is no redirect.
    init?(status: Int32) { self.init(rawValue: status) }

    /// True where a GET without a body follows: after 303 on every method but HEAD, after 301 and 302 on POST, as in a
    /// browser. A GET goes on as it is.
    func turnsIntoGet(_ method: CurlRequestTemplate.Method) -> Bool {
        switch (self, method) {
        case (.seeOther, .post), (.seeOther, .other), (.movedPermanently, .post), (.found, .post): true
        default: false
        }
    }

    /// Fields that describe the body of a request, which goes with it (RFC 9110 §15.4, RFC 9530).
    static let contentFields: Set<String> = [
        "content-type", "content-length", "content-encoding", "content-language", "content-location", "content-range",
        "content-digest", "content-md5", "digest", "repr-digest", "last-modified", "transfer-encoding", "trailer",
        "expect",
    ]

    /// The fields of a list without those, in one block that is the caller's; their texts stay the list's. Nil where none is
    /// left.
    static func withoutContent(_ fields: UnsafeMutablePointer<curl_slist>?) -> UnsafeMutablePointer<curl_slist>? {
        var kept: [UnsafeMutablePointer<CChar>] = []
        var next = fields
        while let field = next {
            next = field.pointee.next
            if let line = field.pointee.data, !isContent(line) { kept.append(line) }
        }
        guard !kept.isEmpty else { return nil }
        let nodes = CurlRequestTemplate.nodes(kept.count)
        for (index, line) in kept.enumerated() { nodes[index].data = line }
        return nodes
    }

    /// `Name: value`, or `Name;` where it is sent without one; `Name:` keeps libcurl from sending the field, and stays.
    private static func isContent(_ line: UnsafeMutablePointer<CChar>) -> Bool {
        let text = String(cString: line)
        guard let end = text.firstIndex(where: { $0 == ":" || $0 == ";" }) else { return false }
        if text[end...] == ":" { return false }
        return contentFields.contains(text[..<end].lowercased())
    }
}

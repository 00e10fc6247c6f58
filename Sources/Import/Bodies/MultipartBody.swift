/// Bodies of several parts (RFC 7578).
enum MultipartBody {
    static let type = "multipart/form-data"

    /// True for a value of `Content-Type` that names one.
    static func isNamed(by contentType: String) -> Bool { contentType.lowercased().hasPrefix("multipart/") }

    /// The fields of a recorded body, in HAR's own list or in its text; nil where it holds files, whose bytes a recording
    /// doesn't have, or a field twice.
    static func parts(_ data: DocumentValue) -> [(name: String, value: String, type: String?)]? {
        var parts: [(String, String, String?)] = []
        if let list = data["params"]?.list, !list.isEmpty {
            for field in list {
                guard let name = field["name"]?.text, field["fileName"]?.text ?? "" == "" else { return nil }
                parts.append((name, field["value"]?.scalarText ?? "", field["contentType"]?.text))
            }
        } else {
            guard let type = data["mimeType"]?.text, let text = data["text"]?.text,
                let boundary = boundary(type), let found = split(text, boundary)
            else { return nil }
            parts = found
        }
        let isWhole = !parts.isEmpty && Set(parts.map(\.0)).count == parts.count
        return isWhole ? parts.map { ($0.0, $0.1, $0.2.flatMap { $0.isEmpty ? nil : $0 }) } : nil
    }

    private static func boundary(_ type: String) -> String? {
        guard let start = type.lowercased().firstRange(of: "boundary=") else { return nil }
        let rest = type[start.upperBound...]
        return String(rest.first == "\"" ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != ";" })
    }

    private static func split(_ text: String, _ boundary: String) -> [(String, String, String?)]? {
        let plain = TextSearch.replacing("\r\n", in: text, with: "\n")
        var parts: [(String, String, String?)] = []
        for piece in TextSearch.split("\n" + plain, by: "\n--\(boundary)").dropFirst() {
            if piece.hasPrefix("--") { break }
            let halves = TextSearch.split(piece, by: "\n\n")
            guard halves.count >= 2 else { return nil }
            let fields = halves[0].split(separator: "\n").map(String.init)
            let disposition = fields.first { $0.lowercased().hasPrefix("content-disposition:") } ?? ""
            guard let name = parameter("name", of: disposition), parameter("filename", of: disposition) == nil else {
                return nil
            }
            let type = fields.first { $0.lowercased().hasPrefix("content-type:") }
            parts.append(
                (
                    name, halves.dropFirst().joined(separator: "\n\n"),
                    type.map { String($0.dropFirst("content-type:".count).drop { $0 == " " }) }
                ))
        }
        return parts
    }

    private static func parameter(_ name: String, of field: String) -> String? {
        guard let start = field.firstRange(of: "; \(name)=\"") else { return nil }
        return String(field[start.upperBound...].prefix { $0 != "\"" })
    }
}

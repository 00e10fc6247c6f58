import VerificationKit

/// The value of a Content-Type field (RFC 9110 §8.3).
struct MediaType {
    /// Type and subtype in lower case: `text/html`.
    let essence: String
    /// The parameter charset in lower case.
    let charset: String?

    /// nil: it is none, and browsers guess.
    init?(_ value: String) {
        let parts = value.split(separator: ";", omittingEmptySubsequences: false)
        essence = FieldText.trimmed(parts.first ?? "").lowercased()
        let halves = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isTokenByte) }) else {
            return nil
        }
        var charset: String?
        for part in parts.dropFirst() {
            let pieces = part.split(separator: "=", maxSplits: 1)
            guard pieces.count == 2, FieldText.trimmed(pieces[0]).lowercased() == "charset" else { continue }
            let value = FieldText.trimmed(pieces[1]).lowercased().filter { $0 != "\"" }
            if !value.isEmpty, charset == nil { charset = value }
        }
        self.charset = charset
    }

    /// What browsers do with a body of the type.
    var content: BrowserAnswer.Content {
        if essence == "application/json" || essence.hasSuffix("+json") { return .json }
        // What runs scripts when it is opened.
        if ["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"].contains(essence)
            || essence.hasSuffix("+xml")
        {
            return .document
        }
        let type = essence.prefix { $0 != "/" }
        if ["image", "font", "audio", "video"].contains(type) { return .asset }
        let assets = ["text/css", "text/javascript", "application/javascript", "application/wasm", "application/pdf"]
        return assets.contains(essence) ? .asset : .other
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && !"()<>@,;:\\\"/[]?={}".utf8.contains(byte)
    }
}

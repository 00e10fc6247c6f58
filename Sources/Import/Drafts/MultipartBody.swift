/// Bodies of several parts (RFC 7578), which scenarios can't hold yet: everything that the sources say of them ends here.
enum MultipartBody {
    static let type = "multipart/form-data"

    /// Why a request with such a body is left out.
    static let obstacle = "bodies of \(type) are not supported yet"

    /// True for a value of `Content-Type` that names one.
    static func isNamed(by contentType: String) -> Bool { contentType.lowercased().hasPrefix("multipart/") }
}

import HTTPFields

/// The coding of form fields (WHATWG URL, application/x-www-form-urlencoded).
package enum FormCoding {
    /// The text with all but unreserved bytes as %XX, and blanks as +.
    package static func encoded(_ text: String) -> String {
        // A form keeps `*` and encodes `~`, other than a URL.
        func isKept(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: "~") && (PercentEncoding.isUnreserved(byte) || "* ".utf8.contains(byte))
        }
        return PercentEncoding.encoded(text, keeping: isKept).replacing(" ", with: "+")
    }
}

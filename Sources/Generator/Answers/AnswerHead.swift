import Glibc
import HTTPFields
import Measures

/// The fields of a kept response head.
struct AnswerHead {
    private let bytes: UnsafeBufferPointer<UInt8>

    /// `bytes`: a whole head, status line included, as it was accepted by the parser.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The number behind the first blank of the status line; 0 where there is none.
    var status: Int {
        guard let blank = bytes.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        return bytes[(blank + 1)...].prefix(3).reduce(0) { $0 * 10 + Int($1 & 15) }
    }

    /// The values of a field, in order, a folded line's parts joined by a blank; empty where it is absent.
    func values(of name: String) -> [String] {
        let wanted = name.lowercased()
        var values: [String] = []
        var inField = false
        for line in lines.dropFirst() {
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                if inField, let last = values.popLast() { values.append(last + " " + Self.text(line)) }
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            inField = name == wanted
            if inField { values.append(Self.text(UnsafeBufferPointer(rebasing: line[(colon + 1)...]))) }
        }
        return values
    }

    /// All fields in their order, a folded line's parts joined by a blank.
    var fields: [HeaderLine] {
        var fields: [HeaderLine] = []
        for line in lines.dropFirst() {
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                if let last = fields.popLast() {
                    fields.append(HeaderLine(last.name, last.value + " " + Self.text(line)))
                }
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            fields.append(HeaderLine(name, Self.text(UnsafeBufferPointer(rebasing: line[(colon + 1)...]))))
        }
        return fields
    }

    /// Calls `body` with each value of a field as it was sent; `lowercased`: its name. Of a folded line the first part.
    func forEachValue(of lowercased: StaticString, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                HeaderSyntax.equal(UnsafeBufferPointer(rebasing: line[..<colon]), lowercased)
            else { continue }
            let value = line.last == UInt8(ascii: "\r") ? line[(colon + 1)...].dropLast() : line[(colon + 1)...]
            body(HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: value)))
        }
    }

    /// The value of a field that stands there once, in one line, as it was sent; nil where it is absent or in several lines.
    /// Nothing is allocated.
    func onlyValue(of name: String) -> UnsafeBufferPointer<UInt8>? {
        var found: UnsafeBufferPointer<UInt8>?
        var isLast = false
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
                if isLast { return nil }
                continue
            }
            isLast = false
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Self.isSame(line[..<colon], name) else {
                continue
            }
            if found != nil { return nil }
            let value = line.last == UInt8(ascii: "\r") ? line[(colon + 1)...].dropLast() : line[(colon + 1)...]
            found = HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: value))
            isLast = true
        }
        return found
    }

    /// Whether two names are the same, regardless of case (RFC 9110 §5.1).
    private static func isSame(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ name: String) -> Bool {
        func lower(_ byte: UInt8) -> UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte }
        return bytes.count == name.utf8.count && zip(bytes, name.utf8).allSatisfy { lower($0) == lower($1) }
    }

    /// The field's values in one, joined as RFC 9110 §5.3 says; nil where it is absent.
    func value(of name: String) -> String? {
        let values = values(of: name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The value of a cookie that the answer sets; nil where it sets none of that name. Of several the last one counts, as it
    /// does for browsers (RFC 6265bis §5.7); what is being deleted is not set.
    func cookie(_ name: String) -> String? {
        var found: String?
        let date = value(of: "date")
        forEachValue(of: "set-cookie") { field in
            guard let cookie = SetCookie(field), cookie.name.elementsEqual(name.utf8), !cookie.isDeletion(at: date)
            else {
                return
            }
            // Quotation marks are part of the value (RFC 6265 §5.2): a server may want them back.
            found = String(decoding: cookie.value, as: UTF8.self)
        }
        return found
    }

    /// The duration in milliseconds of a `Server-Timing` metric (W3C Server Timing §3); nil where there is none.
    func serverTiming(_ metric: String) -> Double? {
        for member in values(of: "server-timing").flatMap({ $0.split(separator: ",") }) {
            let parts = member.split(separator: ";").map { $0.trimmingBlanks() }
            guard parts.first == metric else { continue }
            for parameter in parts.dropFirst() where parameter.lowercased().hasPrefix("dur=") {
                return Double(parameter.dropFirst(4).filter { $0 != "\"" })
            }
        }
        return nil
    }

    private var lines: [UnsafeBufferPointer<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let line = UnsafeBufferPointer(rebasing: line)
            return line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
        }
    }

    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: HeaderSyntax.trimmed(bytes), as: UTF8.self)
    }
}

extension StringProtocol {
    fileprivate func trimmingBlanks() -> String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}

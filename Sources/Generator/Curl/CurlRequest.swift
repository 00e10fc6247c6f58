import CCurl
import Glibc
import Measures

/// What the variable parts of a request are rendered into. Its memory is used for request after request.
struct CurlRequest: BitwiseCopyable {
    /// URL, fields and credentials, each ended by NUL.
    private var text = ByteStore()
    private(set) var body = ByteStore()
    /// The list of all fields, in which those with places in them are pointed to `text`.
    private(set) var fields: UnsafeMutablePointer<curl_slist>?
    /// Where each field begins in `text`; then URL, user and password.
    private var starts: UnsafeMutablePointer<Int>?
    private var fieldCount = 0
    /// The form, and those of its parts that are filled in.
    private(set) var form: OpaquePointer?
    private var parts: UnsafeMutablePointer<OpaquePointer?>?

    /// Memory for the rendered request that an idle place keeps at most.
    private static let keptSize = 16 * 1024

    /// Makes room for the requests of a template, on a handle that is to send them.
    mutating func prepare(_ template: UnsafePointer<CurlRequestTemplate>, easy: UnsafeMutableRawPointer) -> Bool {
        fieldCount = template.pointee.fields.count
        starts = .allocate(capacity: fieldCount + 3)
        if template.pointee.hasVariableFields {
            let nodes = CurlRequestTemplate.nodes(fieldCount)
            for index in 0..<fieldCount {
                nodes[index].data = CurlRequestTemplate.characters(template.pointee.fields[index].line.constant)
            }
            fields = nodes
        }
        guard case .parts(let parts) = template.pointee.payload else { return true }
        return makeForm(parts, easy: easy)
    }

    /// Gives back what `prepare` made. The handle must not be in use.
    mutating func reset() {
        fields?.deallocate()
        starts?.deallocate()
        curl_mime_free(form)
        parts?.deallocate()
        fields = nil
        starts = nil
        form = nil
        parts = nil
    }

    mutating func release() {
        reset()
        text.release()
        body.release()
    }

    /// Gives back memory larger than most requests need.
    mutating func trim() {
        text.trim(to: Self.keptSize)
        body.trim(to: Self.keptSize)
    }

    /// Fills the places in. False where a capture is missing.
    mutating func render(
        _ template: UnsafePointer<CurlRequestTemplate>, context: UserContext, tables: RowTables,
        random: inout SeededRandom
    ) -> Bool {
        text.removeAll()
        body.removeAll()
        func render(_ part: TextTemplate?, at position: Int) -> Bool {
            guard let part, part.constant == nil else { return true }
            starts?[position] = text.count
            return part.render(context, tables: tables, random: &random, to: &text)
        }
        if template.pointee.hasVariableFields {
            for index in 0..<fieldCount {
                let field = template.pointee.fields[index]
                guard render(field.line, at: index) else { return false }
                if field.line.constant == nil { markEmpty(field, at: starts?[index] ?? 0) }
            }
        }
        guard render(template.pointee.url, at: fieldCount) else { return false }
        if case .aws = template.pointee.login, template.pointee.url.constant == nil, let starts {
            let url = UnsafeBufferPointer(rebasing: text.bytes[starts[fieldCount]...])
            let signed = SignedQuery.canonical(url)
            starts[fieldCount] = text.count
            signed.withUnsafeBufferPointer { text.append($0) }
        }
        guard render(template.pointee.user, at: fieldCount + 1), render(template.pointee.password, at: fieldCount + 2)
        else { return false }
        // Only now: until here the memory may have moved.
        if let fields, let starts, let base = text.base {
            for index in 0..<fieldCount where template.pointee.fields[index].line.constant == nil {
                fields[index].data = UnsafeMutableRawPointer(base + starts[index]).assumingMemoryBound(to: CChar.self)
            }
        }
        switch template.pointee.payload {
        case .text(let content) where content.constant == nil:
            return content.render(context, tables: tables, random: &random, to: &body)
        case .parts(let contents): return fill(contents, context, tables, &random)
        case .none, .text, .file: return true
        }
    }

    /// The rendered URL, user and password; nil where it is constant.
    func url(_ template: UnsafePointer<CurlRequestTemplate>) -> UnsafePointer<CChar>? {
        rendered(template.pointee.url, fieldCount)
    }
    func user(_ template: UnsafePointer<CurlRequestTemplate>) -> UnsafePointer<CChar>? {
        rendered(template.pointee.user, fieldCount + 1)
    }
    func password(_ template: UnsafePointer<CurlRequestTemplate>) -> UnsafePointer<CChar>? {
        rendered(template.pointee.password, fieldCount + 2)
    }

    /// The URL without the NUL that ends it, constant or not.
    func target(_ template: UnsafePointer<CurlRequestTemplate>) -> UnsafeBufferPointer<UInt8> {
        if let constant = template.pointee.url.constant { return UnsafeBufferPointer(rebasing: constant.dropLast()) }
        guard let url = url(template) else { return UnsafeBufferPointer(start: nil, count: 0) }
        let bytes = UnsafeRawPointer(url).assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: bytes, count: strlen(url))
    }

    private func rendered(_ part: TextTemplate?, _ position: Int) -> UnsafePointer<CChar>? {
        guard let part, part.constant == nil, let base = text.base, let starts else { return nil }
        return UnsafeRawPointer(base + starts[position]).assumingMemoryBound(to: CChar.self)
    }

    /// libcurl takes `Name:` for a field that must not be sent; `Name;` sends it without a value.
    private func markEmpty(_ field: CurlRequestTemplate.Field, at start: Int) {
        guard let line = text.base.map({ $0 + start }) else { return }
        var index = field.nameLength + 1
        while CurlRequestTemplate.isBlank(line[index]) { index += 1 }
        guard line[index] == 0 else { return }
        line[field.nameLength] = UInt8(ascii: ";")
        line[field.nameLength + 1] = 0
    }

    // MARK: Forms

    private mutating func makeForm(
        _ contents: UnsafeMutableBufferPointer<CurlRequestTemplate.Part>, easy: UnsafeMutableRawPointer
    ) -> Bool {
        guard let form = curl_mime_init(easy) else { return false }
        self.form = form
        let made = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: contents.count)
        made.initialize(repeating: nil, count: contents.count)
        parts = made
        for (index, content) in contents.enumerated() {
            guard let part = curl_mime_addpart(form), curl_mime_name(part, content.name) == CURLE_OK else {
                return false
            }
            made[index] = part
            if let path = content.path, curl_mime_filedata(part, path) != CURLE_OK { return false }
            if let text = content.text?.constant, !Self.set(part, text) { return false }
            if let type = content.type, curl_mime_type(part, type) != CURLE_OK { return false }
            if let name = content.fileName, curl_mime_filename(part, name) != CURLE_OK { return false }
        }
        return true
    }

    private mutating func fill(
        _ contents: UnsafeMutableBufferPointer<CurlRequestTemplate.Part>, _ context: UserContext, _ tables: RowTables,
        _ random: inout SeededRandom
    ) -> Bool {
        for (index, content) in contents.enumerated() {
            guard let text = content.text, text.constant == nil else { continue }
            body.removeAll()
            guard text.render(context, tables: tables, random: &random, to: &body), let part = parts?[index],
                Self.set(part, body.bytes)
            else { return false }
        }
        return true
    }

    /// libcurl copies the bytes.
    private static func set(_ part: OpaquePointer, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withMemoryRebound(to: CChar.self) { characters in
            // Without bytes there may be no address, which would take the part's content away.
            curl_mime_data(part, characters.baseAddress ?? empty, characters.count) == CURLE_OK
        }
    }

    private static var empty: UnsafePointer<CChar> {
        let text: StaticString = ""
        return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

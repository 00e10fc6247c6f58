/// Writes HTML and SVG.
///
/// Names of elements and attributes are literals of the program, and all else is escaped: there is no way to write a text
/// that acts as markup. What a browser runs or styles by can only be one of `InlineAsset`.
struct HTMLWriter {
    /// Attributes in the order in which they are written; those without a value are left out.
    typealias Attributes = KeyValuePairs<StaticString, String?>

    /// What was written so far.
    private(set) var html = ""

    /// Elements that end a line of the file.
    private static let blocks: Set<String> = [
        "head", "title", "style", "script", "body", "header", "nav", "main", "section", "footer", "figure", "svg",
        "table",
        "thead", "tbody", "tr", "ul", "li", "dl", "div", "p", "h1", "h2", "h3", "details", "summary", "pre",
    ]

    /// Begins a page.
    mutating func doctype() { html += "<!DOCTYPE html>\n" }

    /// An element with what `content` writes inside.
    mutating func element(
        _ tag: StaticString, _ attributes: Attributes = [:], _ content: (inout HTMLWriter) -> Void
    ) {
        open(tag, attributes)
        html += ">"
        content(&self)
        close(tag)
    }

    /// An element with a text inside.
    mutating func element(_ tag: StaticString, _ attributes: Attributes = [:], text: String) {
        element(tag, attributes) { $0.text(text) }
    }

    /// An element that holds nothing: `meta`, or a shape.
    mutating func shape(_ tag: StaticString, _ attributes: Attributes) {
        open(tag, attributes)
        html += "/>"
    }

    /// A text of the scenario or of a server, kept apart from what stands around it, whatever direction it is read in.
    mutating func foreign(_ text: String) {
        element("bdi", text: text)
    }

    /// A link to another place of the page.
    mutating func link(to anchor: Anchor, _ text: String, class name: String? = nil) {
        element("a", ["href": "#" + anchor.id, "class": name], text: text)
    }

    /// The page's one style or one script, as it stands.
    mutating func asset(_ asset: InlineAsset) {
        let tag: StaticString = asset == .style ? "style" : "script"
        open(tag, [:])
        html += ">" + asset.text
        close(tag)
    }

    /// A text.
    mutating func text(_ text: String) { html += Self.escaped(text) }

    private mutating func open(_ tag: StaticString, _ attributes: Attributes) {
        html += "<"
        html += tag.description
        for (name, value) in attributes {
            guard let value else { continue }
            html += " "
            html += name.description
            html += "=\""
            html += Self.escaped(value)
            html += "\""
        }
    }

    private mutating func close(_ tag: StaticString) {
        html += "</"
        html += tag.description
        html += Self.blocks.contains(tag.description) ? ">\n" : ">"
    }

    /// The text with nothing in it that acts: neither markup, nor controls, nor marks that turn the direction of what
    /// follows.
    static func escaped(_ text: String) -> String {
        var shown = ""
        shown.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: shown += "&amp;"
            case 0x3c: shown += "&lt;"
            case 0x3e: shown += "&gt;"
            case 0x22: shown += "&quot;"
            case 0x27: shown += "&#39;"
            case 0x09, 0x0a: shown.unicodeScalars.append(scalar)
            // A line of CR LF is one line.
            case 0x0d: continue
            case 0..<0x20, 0x7f..<0xa0, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff, 0xfdd0...0xfdef:
                shown += "\u{fffd}"
            case let value where value & 0xfffe == 0xfffe: shown += "\u{fffd}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

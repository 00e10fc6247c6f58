import Testing

@testable import Reports

@Suite("Markup")
struct HTMLWriterTests {
    @Test("Texts and attributes can't act as markup")
    func escapes() {
        var page = HTMLWriter()
        page.element("p", ["title": "\"><img src=x onerror='y'>", "class": nil], text: "<b>&amp;</b>")
        #expect(
            page.html == """
                <p title="&quot;&gt;&lt;img src=x onerror=&#39;y&#39;&gt;">&lt;b&gt;&amp;amp;&lt;/b&gt;</p>

                """)
    }

    @Test("Controls, marks that turn the direction and what is no character are replaced; line breaks and tabs stay")
    func controls() {
        #expect(HTMLWriter.escaped("a\u{0}b\u{1b}c\u{202e}d\u{2066}e\u{feff}f\u{fffe}g\u{1ffff}h") == "a�b�c�d�e�f�g�h")
        #expect(HTMLWriter.escaped("a\r\nb\tc") == "a\nb\tc")
        #expect(HTMLWriter.escaped("ä 漢 👩‍🔧 שלום") == "ä 漢 👩‍🔧 שלום")
    }

    @Test("Names of the scenario stand apart, whatever direction they are read in")
    func directions() {
        var page = HTMLWriter()
        page.foreign("שלום")
        #expect(page.html == "<bdi>שלום</bdi>")
    }

    @Test("Long texts are cut, and say so")
    func cut() {
        var page = HTMLWriter()
        page.foreign(String(repeating: "x", count: 11), atMost: 10)
        page.foreign("0123456789", atMost: 10)
        #expect(page.html == "<bdi>xxxxxxxxxx… (cut; the rest is in result.json)</bdi><bdi>0123456789</bdi>")
    }
}

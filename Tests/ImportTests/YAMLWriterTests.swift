import Scenarios
import Testing

@testable import Import

@Suite("Written YAML")
struct YAMLWriterTests {
    @Test(
        "Only what no reader takes for something else stands without quotes",
        arguments: [
            ("abc", "abc"), ("/a/b?c=d&e=f", "/a/b?c=d&e=f"), ("10/s", "10/s"), ("200..299", "200..299"),
            ("errors == 0", "errors == 0"), ("", "\"\""), ("yes", "\"yes\""), ("NULL", "\"NULL\""), ("~", "\"~\""),
            ("1", "\"1\""), ("-", "\"-\""), ("2026-01-31", "\"2026-01-31\""), ("12:30", "\"12:30\""),
            ("a: b", "\"a: b\""), ("a #b", "\"a #b\""), ("a:", "\"a:\""), (" a", "\" a\""), ("a ", "\"a \""),
            ("* a", "\"* a\""), ("a\nb", "\"a\\nb\""), ("\"\\", "\"\\\"\\\\\""), ("\0\u{7F}", "\"\\x00\\x7F\""),
            ("\u{FEFF}\u{85}\u{2028}", "\"\\uFEFF\\x85\\u2028\""), ("é😀", "\"é😀\""), ("\u{202E}a", "\"\\u202Ea\""),
        ])
    func scalars(text: String, written: String) {
        #expect(YAMLWriter.scalar(text, isInline: false) == written)
    }
}

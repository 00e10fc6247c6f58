import BrowserVerification
import Scenarios
import Testing

/// Origins as browsers send them.
@Suite("Origins")
struct WebOriginTests {
    @Test(
        "Origins are taken as browsers send them",
        arguments: [
            "https://app.example", "http://localhost:3000", "https://*.app.example", "https://[::1]:8443",
            "capacitor://localhost", "http://127.0.0.1", "https://a_b.example:65535",
        ])
    func good(_ text: String) {
        #expect(WebOrigin(text)?.text == text)
    }

    @Test(
        "What no browser sends is none",
        arguments: [
            "", "*", "null", "app.example", "https://", "https:///", "https://app.example/", "https://App.example",
            "https://app.example:443", "http://app.example:80", "https://app.example:0", "https://app.example:",
            "https://app.example:+1", "https://app.example:99999", "https://user@app.example", "https://app.example?x",
            "https://*", "https://*.", "https://a.*.example", "https://app..example", "https://.example",
            "https://app example", "://app.example", "1http://app.example", "https://[::1", "https://[]",
            "https://[::1]x", "https://*.[::1]", "https://app.example, https://b.example",
        ])
    func bad(_ text: String) {
        #expect(WebOrigin(text) == nil)
    }

    @Test("A pattern stands for subdomains of its host on its scheme and port, and for nothing that looks like one")
    func patterns() throws {
        let pattern = try #require(WebOrigin("https://*.x.example"))
        for origin in ["https://a.x.example", "https://a.b.x.example"] { #expect(pattern.covers(origin)) }
        for origin in [
            "https://x.example", "https://evilx.example", "http://a.x.example", "https://a.x.example:8443",
            "https://a.x.example.evil.example", "https://evil.example/.x.example", "https://.x.example",
            "https://a_.x.example", "null", "", "https://a.x.example.",
        ] {
            #expect(!pattern.covers(origin), "\(origin)")
        }
        #expect(pattern.sample == "https://loadgate.x.example")
        #expect(pattern.covers(pattern.sample))
    }
}

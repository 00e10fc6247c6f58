import NIOCore
import NIOHTTP1
import Testing

@testable import PaintboxTarget

@Suite("The price calculation")
struct CalculationTests {
    @Test("follows its formula")
    func formula() throws {
        // 75 + 45.5 × (3.36 + 4.37 × 2) = 75 + 45.5 × 12.10 = 625.55
        let calculation = try #require(Calculation(area: 45.5, coats: 2))
        #expect(calculation.total == "625.55")
        // 45.5 × 2 / 10 = 9.1 l; 45.5 × (0.08 + 0.06 × 2) = 9.1 h
        #expect(calculation.paintMillilitres == 9100)
        #expect(calculation.labourTenThousandths == 91_000)
    }

    @Test("agrees with its parts: paint, work and the visit")
    func parts() throws {
        // 10.00 m², 1 coat: 1 l × 18.50 + 1.4 h × 42.00 + 75.00 = 18.50 + 58.80 + 75.00
        #expect(try #require(Calculation(area: 10, coats: 1)).total == "152.30")
    }

    @Test("rounds the total to cents, half up")
    func rounding() throws {
        // 0.50 m², 1 coat: 75 + 0.5 × 7.73 = 78.865 → 78.87
        #expect(try #require(Calculation(area: 0.5, coats: 1)).total == "78.87")
        // 0.29 m² is 28.999… hundredths in binary and counts as 29: 75 + 0.29 × 7.73 = 77.2417
        #expect(try #require(Calculation(area: 0.29, coats: 1)).total == "77.24")
    }

    @Test(
        "refuses what is out of range",
        arguments: [
            (0.0, 1), (-1, 1), (0.004, 1), (100_000.01, 1), (1, 0), (1, 11), (1, -1), (.infinity, 1), (.nan, 1),
        ])
    func ranges(_ area: Double, _ coats: Int) {
        #expect(Calculation(area: area, coats: coats) == nil)
    }

    @Test("makes the same table from the same seed")
    func table() {
        let text = EstimateTable.csv(count: 200, seed: 1)
        let rows = text.split(separator: "\n")
        #expect(rows.count == 201)
        #expect(rows[0] == "area,coats,total")
        #expect(text == EstimateTable.csv(count: 200, seed: 1))
        #expect(text != EstimateTable.csv(count: 200, seed: 2))
        for row in rows.dropFirst() {
            let fields = row.split(separator: ",")
            let calculation = Double(fields[0]).flatMap { area in
                Int(fields[1]).flatMap { Calculation(area: area, coats: $0) }
            }
            #expect(calculation?.total == String(fields[2]))
        }
    }
}

@Suite("Routes")
struct RouteTests {
    @Test("are found by path")
    func found() {
        #expect(Route("/") == .home)
        #expect(Route("/old") == .old)
        #expect(Route("/health") == .health)
        #expect(Route("/static/asset-0.css") == .asset(0))
        #expect(Route("/static/asset-99999.css") == .asset(99_999))
        #expect(Route("/api/v1/projects") == .projects)
        #expect(Route("/api/v1/projects/7") == .project(7))
        #expect(Route("/api/v1/projects/7/estimates") == .estimates(project: 7))
        #expect(Route("/api/v1/calculate") == .calculate)
        #expect(Route("/ws") == .socket(project: nil))
        #expect(Route("/ws/projects/7") == .socket(project: 7))
    }

    @Test(
        "have one path each",
        arguments: [
            "", "/api", "/api/v1/projects/", "/api/v1/projects/07", "/api/v1/projects/+7", "/api/v1/projects/-1",
            "/api/v1/projects/7/", "/api/v1/projects/99999999999999999999", "/api/v1/projects/٣",
            "/static/asset-100000.css", "/static/asset-01.css", "/static/asset-.css", "/static/../old", "/OLD", "//",
        ])
    func unknown(_ path: String) {
        #expect(Route(path[...]) == nil)
    }
}

@Suite("Cross-origin requests")
struct CORSTests {
    private let policy = CORSPolicy(origins: ["https://app.paintbox.example"])

    @Test("are granted to the allowed origin, with credentials and Vary")
    func granted() {
        let fields = policy.fields(for: ["Origin": "https://app.paintbox.example"]).map { "\($0.name): \($0.value)" }
        #expect(fields.contains("Access-Control-Allow-Origin: https://app.paintbox.example"))
        #expect(fields.contains("Access-Control-Allow-Credentials: true"))
        #expect(fields.contains("Vary: Origin"))
    }

    @Test(
        "are not granted to others",
        arguments: [
            "null", "*", "http://app.paintbox.example", "https://app.paintbox.example/", "https://APP.paintbox.example",
            "https://app.paintbox.example.evil", "https://evilapp.paintbox.example", "https://app.paintbox.example:444",
            "",
        ])
    func denied(_ origin: String) {
        let headers: HTTPHeaders = ["Origin": origin]
        #expect(policy.fields(for: headers).map(\.name) == ["Vary"])
        #expect(policy.preflight(headers).fields.map(\.name) == ["Vary"])
    }

    @Test("are announced by a preflight that names methods, fields and how long it holds")
    func preflight() {
        let response = policy.preflight(["Origin": "https://app.paintbox.example"])
        #expect(response.status == .noContent)
        #expect(response.first("Access-Control-Allow-Methods") == "GET, HEAD, POST, OPTIONS")
        #expect(response.first("Access-Control-Allow-Headers") == "Content-Type, X-API-Key, Authorization")
        #expect(response.first("Access-Control-Max-Age") == "600")
    }
}

@Suite("Text written by hand")
struct TextTests {
    @Test("is valid JSON whatever it holds")
    func escapes() {
        var buffer = ByteBuffer()
        buffer.writeJSON("a\"b\\c\n<é>\u{7F}")
        #expect(String(buffer: buffer) == "\"a\\\"b\\\\c\\u000a\\u003cé\\u003e\\u007f\"")
    }

    @Test(
        "has as many decimals as asked for",
        arguments: [(0, "0.00"), (5, "0.05"), (12345, "123.45"), (-5, "-0.05"), (100, "1.00")])
    func decimals(_ units: Int, _ text: String) {
        #expect(ByteBuffer.decimal(units, decimals: 2) == text)
    }

    @Test("gives the date as HTTP wants it")
    func date() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}

@Suite("Projects")
struct ProjectStoreTests {
    @Test("are kept up to their bound, the oldest created goes first")
    func bound() {
        let store = ProjectStore(seed: 1, maxCreated: 3)
        let ids = (0..<5).map { store.add(name: "n\($0)", client: "c").id }
        #expect(ids == [201, 202, 203, 204, 205])
        #expect(ids.map { store.project($0) != nil } == [false, false, true, true, true])
        #expect(store.project(1) != nil)
        #expect(store.forgotten == 2)
        // 200 made at the start and 3 more: 11 pages of 20, the last with 3.
        #expect(store.page(11).projects.map(\.id) == [203, 204, 205])
        #expect(store.page(12).projects.isEmpty)
        #expect(store.page(1_000_000).projects.isEmpty)
    }

    @Test("keep a bounded number of estimates")
    func estimates() throws {
        let store = ProjectStore(seed: 1, maxCreated: 3)
        let calculation = try #require(Calculation(area: 1, coats: 1))
        for _ in 0..<25 { #expect(store.add(calculation, to: 200) != nil) }
        #expect(store.project(200)?.estimates.map(\.id) == Array(6...25))
        #expect(store.add(calculation, to: 201) == nil)
    }

    @Test("are the same for the same seed")
    func seed() {
        #expect(
            ProjectStore(seed: 4, maxCreated: 1).page(3).projects.map(\.name)
                == ProjectStore(seed: 4, maxCreated: 9).page(3).projects.map(\.name))
    }
}

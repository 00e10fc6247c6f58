import Testing

@testable import Import

/// The table of OpenAPI 3.1 §4.8.12.4, its values percent-encoded where a URL wants it.
@Suite("Styles of parameters")
struct ParameterStyleTests {
    private static let list = DocumentValue.list([.text("blue"), .text("black"), .text("brown")])
    private static let object = DocumentValue.object(
        DocumentObject([("R", .number("100")), ("G", .number("200")), ("B", .number("150"))]))

    private func rule(_ style: String, _ isExploded: Bool) -> DocumentValue {
        .object(DocumentObject([("style", .text(style)), ("explode", .bool(isExploded))]))
    }

    @Test(
        "In paths",
        arguments: [
            ("simple", false, "blue,black,brown", "R,100,G,200,B,150"),
            ("simple", true, "blue,black,brown", "R=100,G=200,B=150"),
            ("label", false, ".blue,black,brown", ".R,100,G,200,B,150"),
            ("label", true, ".blue.black.brown", ".R=100.G=200.B=150"),
            ("matrix", false, ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
            ("matrix", true, ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ])
    func paths(style: String, isExploded: Bool, list: String, object: String) {
        let rule = ParameterStyle(rule(style, isExploded), location: "path")
        #expect(rule.path("color", Self.list).source == list)
        #expect(rule.path("color", Self.object).source == object)
        let one = ["simple": "blue", "label": ".blue", "matrix": ";color=blue"][style]
        #expect(rule.path("color", .text("blue")).source == one)
    }

    @Test(
        "With allowReserved only what means something in a query, or stands in no URL, is encoded",
        arguments: [
            ("a/b:c?d@e", "a/b:c?d@e"), ("x=1,2;3", "x=1,2;3"), ("a&b+c#d[0]", "a%26b%2Bc%23d%5B0%5D"),
            ("50% off", "50%25%20off"), ("%41%zz", "%41%25zz"), ("\u{e4}%", "%C3%A4%25"),
        ])
    func reserved(text: String, encoded: String) {
        #expect(PercentCoding.encodedButReserved(text) == encoded)
    }

    @Test(
        "In queries and forms",
        arguments: [
            ("form", true, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
            ("form", false, "color=blue,black,brown", "color=R,100,G,200,B,150"),
            ("spaceDelimited", false, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
            ("pipeDelimited", false, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
            ("tabDelimited", false, "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"),
            (
                "deepObject", true, "color=blue&color=black&color=brown",
                "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"
            ),
        ])
    func queries(style: String, isExploded: Bool, list: String, object: String) {
        func text(_ value: DocumentValue) -> String {
            ParameterStyle(rule(style, isExploded), location: "query")
                .fields("color", value, encode: PercentCoding.encoded)
                .map { "\($0.name)=\($0.value.source)" }.joined(separator: "&")
        }
        #expect(text(Self.list) == list)
        #expect(text(Self.object) == object)
    }

    @Test("In header fields; the default of each place")
    func lines() {
        #expect(ParameterStyle(nil, location: "header").line(Self.list).source == "blue,black,brown")
        #expect(ParameterStyle(nil, location: "header").line(Self.object).source == "R,100,G,200,B,150")
        #expect(
            ParameterStyle(rule("simple", true), location: "header").line(Self.object).source == "R=100,G=200,B=150")
        #expect(ParameterStyle(nil, location: "path").path("a", Self.list).source == "blue,black,brown")
        #expect(ParameterStyle(nil, location: "query").fields("a", Self.list) { $0 }.count == 3)
    }

    @Test("Lists in forms, parts of several types, lines of JSON, and bytes")
    func bodies() throws {
        let scenario = try openAPI(
            document(
                """
                /list:
                  post: {operationId: list, requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, required: [a, o], properties: {a: {type: array, minItems: 2, items: {type: integer}}, o: {type: object, properties: {x: {type: integer}}}}}}}}, responses: {}}
                /comma:
                  post: {operationId: comma, requestBody: {content: {application/x-www-form-urlencoded: {encoding: {a: {explode: false}}, schema: {type: object, properties: {a: {type: array, minItems: 2, items: {type: integer}}}}}}}, responses: {}}
                /parts:
                  post: {operationId: parts, requestBody: {content: {multipart/form-data: {encoding: {p: {contentType: "image/png, image/jpeg"}}, schema: {type: object, properties: {p: {type: string, format: binary}, t: {type: string}, j: {type: object, properties: {n: {type: integer}}}}}}}}, responses: {}}
                /lines:
                  post: {operationId: lines, requestBody: {content: {application/jsonl: {itemSchema: {type: object, properties: {n: {type: integer}}}}}}, responses: {}}
                /bytes:
                  post: {operationId: bytes, requestBody: {content: {application/octet-stream: {}}}, responses: {}}
                """))
        let lines = scenario.flowLines
        // The form of a scenario has each name once, so this one is a text: a=1&a=1&o={"x":1}.
        #expect(lines.contains("body: a=1&a=1&o=%7B%22x%22%3A1%7D"))
        #expect(lines.contains("a: \"1,1\""))
        #expect(lines.contains("p: {value: text, type: image/png, filename: file.txt}"))
        #expect(lines.contains("j: {value: \"{\\\"n\\\":1}\", type: application/json}"))
        #expect(lines.contains("t: text"))
        #expect(lines.contains("body: \"{\\\"n\\\":1}\\n\""))
        #expect(lines.contains("Content-Type: application/jsonl"))
        #expect(lines.contains("Content-Type: application/octet-stream"))
        _ = try scenario.read()
    }
}

import Testing

@testable import Import

/// Values that are made from schemas, as the JSON that would be sent.
@Suite("Values of schemas")
struct SchemaTests {
    /// The value of a schema in YAML, in a document with the schemas given; `${…}` shown as `{…}`.
    private func value(
        _ schema: String, schemas: String = "", media: String? = nil, isAnswer: Bool = false
    ) throws -> String {
        let text = """
            openapi: 3.1.0
            components: {schemas: {\(schemas)}}
            schema: \(schema)
            media: \(media ?? "{}")
            """
        let root = try DocumentFile.parse(text, file: "a.yaml", format: .yamlOrJSON)
        let document = try OpenAPIDocument(root, file: "a.yaml")
        var sampler = SchemaSampler(document, allProperties: isAnswer)
        let made: DocumentValue?
        if media == nil {
            made = sampler.value(of: root["schema"] ?? .null, named: "it")
        } else {
            let entry = try #require(MediaTypes(root["media"], in: document).entries.first)
            made = entry.sample(document, &sampler, named: "it")
        }
        #expect(sampler.problems.isEmpty)
        return made.map(JSONText.text) ?? "nothing"
    }

    private static let ref = "#/components/schemas/"

    @Test("A discriminator's property names the schema that was chosen: as mapped, or by its own name")
    func discriminators() throws {
        let kinds = """
            Cat: {type: object, required: [kind, lives], properties: {kind: {type: string}, lives: {type: integer, minimum: 9}}},
            Dog: {type: object, required: [kind], properties: {kind: {type: string}}}
            """
        let choice = "oneOf: [{$ref: '\(Self.ref)Cat'}, {$ref: '\(Self.ref)Dog'}]"
        #expect(
            try value(
                "{\(choice), discriminator: {propertyName: kind, mapping: {dog: '\(Self.ref)Dog', puss: '\(Self.ref)Cat'}}}",
                schemas: kinds) == #"{"kind":"puss","lives":9}"#)
        #expect(
            try value("{\(choice), discriminator: {propertyName: kind, mapping: {puss: Cat}}}", schemas: kinds)
                == #"{"kind":"puss","lives":9}"#)
        #expect(
            try value("{\(choice), discriminator: {propertyName: kind}}", schemas: kinds)
                == #"{"kind":"Cat","lives":9}"#)
    }

    @Test("A kind behind allOf names itself; a base becomes the first of its kinds")
    func inheritance() throws {
        func schemas(_ mapping: String) -> String {
            """
            Pet: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind\(mapping)}},
            Cat: {allOf: [{$ref: '\(Self.ref)Pet'}, {type: object, required: [lives], properties: {lives: {type: integer}}}]}
            """
        }
        let mapped = schemas(", mapping: {puss: '\(Self.ref)Cat'}")
        #expect(try value("{$ref: '\(Self.ref)Cat'}", schemas: mapped) == #"{"kind":"puss","lives":1}"#)
        #expect(try value("{$ref: '\(Self.ref)Pet'}", schemas: mapped) == #"{"kind":"puss","lives":1}"#)
        #expect(try value("{$ref: '\(Self.ref)Cat'}", schemas: schemas("")) == #"{"kind":"Cat","lives":1}"#)
        #expect(try value("{$ref: '\(Self.ref)Pet'}", schemas: schemas("")) == #"{"kind":"Pet"}"#)
    }

    @Test("What several parts of allOf say of a property holds together: enum of one, bounds, readOnly")
    func narrowed() throws {
        let base = """
            Base: {type: object, required: [type, n, id], properties: {type: {type: string, enum: [a, b, c]}, n: {type: integer, minimum: 2}, id: {$ref: '\(Self.ref)ID'}}},
            ID: {allOf: [{type: integer}, {readOnly: true}]}
            """
        #expect(
            try value(
                "{allOf: [{$ref: '\(Self.ref)Base'}, {properties: {type: {enum: [b]}, n: {minimum: 5}}}]}",
                schemas: base)
                == #"{"type":"b","n":5}"#)
        // Of an answer everything is of interest.
        #expect(try value("{$ref: '\(Self.ref)Base'}", schemas: base, isAnswer: true) == #"{"type":"a","n":2,"id":1}"#)
    }

    @Test(
        "Items of lists with uniqueItems differ, as far as the schema allows",
        arguments: [
            ("{type: integer}", "[1,2,3]"), ("{type: integer, minimum: 4, maximum: 6}", "[4,5,6]"),
            ("{type: integer, maximum: 1}", "[1,0,-1]"), ("{type: number, multipleOf: 0.5}", "[0.5,1,1.5]"),
            ("{type: string}", #"["text","text1","text2"]"#), ("{type: string, maxLength: 2}", #"["te","t1","t2"]"#),
            ("{enum: [x, y, z]}", #"["x","y","z"]"#),
            ("{type: string, format: date}", #"["2026-01-31","2026-01-01","2026-01-02"]"#),
            ("{type: object, properties: {a: {type: integer}}}", #"[{"a":1},{"a":2},{"a":3}]"#),
        ])
    func uniqueItems(items: String, expected: String) throws {
        #expect(try value("{type: array, minItems: 3, uniqueItems: true, items: \(items)}") == expected)
    }

    @Test(
        "Examples given as texts of JSON are that JSON; those of another type are none",
        arguments: [
            (#"{application/json: {example: '{"a": [1, "2"]}'}}"#, #"{"a":[1,"2"]}"#),
            (#"{application/json: {examples: {one: {value: '[1]'}}}}"#, "[1]"),
            (#"{application/json: {example: '{"a": 1}', schema: {type: string}}}"#, #""{\"a\": 1}""#),
            (#"{application/json: {example: '5', schema: {type: integer}}}"#, "5"),
            (#"{application/json: {schema: {type: integer, example: '7'}}}"#, "7"),
            (#"{application/json: {schema: {type: string, example: 123}}}"#, #""123""#),
            (#"{application/json: {schema: {type: integer, example: many}}}"#, "1"),
            (#"{application/json: {schema: {type: boolean, example: 'true'}}}"#, "true"),
            (#"{application/json: {schema: {type: string, enum: [a], example: b}}}"#, #""a""#),
            (#"{application/json: {examples: {one: {dataValue: {a: 1}, serializedValue: '{"a":1}'}}}}"#, #"{"a":1}"#),
            (#"{application/json: {schema: {const: x, example: y}}}"#, #""x""#),
        ])
    func examples(media: String, expected: String) throws {
        #expect(try value("{}", media: media) == expected)
    }

    @Test("An example of a part is completed with what the whole requires, and loses what is only read")
    func partialExamples() throws {
        let base = """
            Base: {type: object, required: [id, name], properties: {id: {type: integer, readOnly: true}, name: {type: string}}, example: {id: 5, name: Ada}}
            """
        #expect(
            try value(
                "{allOf: [{$ref: '\(Self.ref)Base'}, {type: object, required: [size], properties: {size: {type: integer}}}]}",
                schemas: base) == #"{"name":"Ada","size":1}"#)
    }

    @Test("Secrets of examples are not written; words of a few choices are none")
    func secrets() throws {
        #expect(
            try value(
                "{type: object, properties: {password: {type: string, example: hunter2hunter2}, token_kind: {type: string, enum: [a], example: a}}}"
            )
                == #"{"password":"{PASSWORD}","token_kind":"a"}"#)
        let text = try openAPI(
            document(
                """
                /a:
                  post:
                    requestBody: {content: {application/json: {example: {user: ada, password: hunter2hunter2, list: [{api_key: hunter2hunter2}]}}}}
                    parameters: [{name: access_token, in: query, required: true, example: t0kt0kt0kt0k}]
                    responses: {}
                """)
        ).text
        for secret in ["hunter2", "t0kt0k"] { #expect(!text.contains(secret)) }
        #expect(text.contains("post: /a?access_token=${env:ACCESS_TOKEN:-change-me}"))
    }

    @Test(
        "Patterns have a text that matches, and is not empty where it need not be",
        arguments: [
            (#"^-?\d{0,4}(?:\.\d{0,2})?$"#, "1"), (#"^[-a-zA-Z0-9_]+$"#, "a"), (#"^[A-Z]{3}-\d{2,4}$"#, "AAA-11"),
            (#"^a*$"#, "a"), (#"^$"#, ""),
        ])
    func patterns(pattern: String, text: String) {
        #expect(PatternSample.text(pattern, minimum: 0, maximum: 50) == text)
    }

    @Test("A text without a format is told by its name, where its length allows it")
    func names() throws {
        #expect(
            try value(
                "{type: object, properties: {email: {type: string}, start_date: {type: string}, ip: {type: string}, url: {type: string, maxLength: 5}}}"
            ) == #"{"email":"user@example.com","start_date":"2026-01-31","ip":"192.0.2.1","url":"text"}"#)
    }
}

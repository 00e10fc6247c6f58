import Scenarios
import Testing

@testable import Import

@Suite("Swagger 2.0 and OpenAPI 3.2")
struct SwaggerTests {
    @Test("Host, parameters in body and form, collection formats, media types and security definitions")
    func swagger() throws {
        let scenario = try openAPI(
            """
            swagger: "2.0"
            info: {title: Old}
            host: 127.0.0.1:9000
            basePath: /v2
            schemes: [http]
            consumes: [application/json]
            produces: [application/json, application/xml]
            security: [{key: []}]
            securityDefinitions:
              key: {type: apiKey, in: header, name: X-Key}
              plain: {type: basic}
            parameters: {Page: {name: page, in: query, type: integer, minimum: 3, required: true}}
            definitions:
              Pet: {type: object, required: [name, tag], properties: {id: {type: integer, readOnly: true}, name: {type: string, example: Rex}, tag: {$ref: "#/definitions/Tag"}}}
              Tag: {type: string, enum: [a, b]}
            paths:
              /pets:
                get:
                  operationId: list
                  parameters:
                    - {$ref: "#/parameters/Page"}
                    - {name: ids, in: query, type: array, items: {type: integer}, minItems: 2, collectionFormat: multi, required: true}
                    - {name: tags, in: query, type: array, items: {type: string}, minItems: 2, collectionFormat: pipes, required: true}
                    - {name: names, in: query, type: array, items: {type: string}, minItems: 2, required: true}
                  responses: {"200": {description: "", schema: {type: array, items: {$ref: "#/definitions/Pet"}}}}
                post:
                  operationId: make
                  security: [{plain: []}]
                  produces: [application/json]
                  parameters: [{name: body, in: body, required: true, schema: {$ref: "#/definitions/Pet"}}]
                  responses: {"201": {description: "", schema: {$ref: "#/definitions/Pet"}}}
              /pets/{petId}:
                parameters: [{name: petId, in: path, type: integer, required: true}]
                delete: {operationId: drop, responses: {"204": {description: ""}}}
              /form:
                post:
                  operationId: form
                  consumes: [application/x-www-form-urlencoded]
                  parameters:
                    - {name: a, in: formData, type: array, items: {type: integer}, minItems: 2, required: true}
                    - {name: b, in: formData, type: string, required: true}
                  responses: {"200": {description: ""}}
              /file:
                post:
                  operationId: file
                  consumes: [multipart/form-data]
                  parameters: [{name: f, in: formData, type: file, required: true}]
                  responses: {"200": {description: ""}}
            """)
        let read = try scenario.read()
        let lines = scenario.flowLines
        #expect(read.target.constant == "http://127.0.0.1:9000/v2")
        #expect(read.step("list")?.url.constant == "/pets?page=3&ids=1&ids=1&tags=text%7Ctext&names=text,text")
        #expect(lines.contains("X-Key: ${env:KEY:-change-me}"))
        #expect(
            lines.contains("basic: {user: \"${env:PLAIN_USER:-user}\", password: \"${env:PLAIN_PASSWORD:-change-me}\"}")
        )
        guard case .json(.object(let members))? = read.step("make")?.body else {
            Issue.record("no body")
            return
        }
        #expect(members.map(\.name) == ["name", "tag"])
        #expect(members.map(\.value) == [.text(Text("Rex")), .text(Text("a"))])
        #expect(lines.contains("delete: /pets/${new_petId}"))
        #expect(lines.contains("a: \"1,1\""))
        #expect(lines.contains("f: {value: text, type: application/octet-stream, filename: file.txt}"))
        // Two types are to be had: the one that is checked is asked for.
        #expect(read.step("list")?.headers.contains(Header(name: "Accept", value: Text("application/json"))) == true)
    }

    @Test("Problems of a Swagger document stand at its own places")
    func swaggerProblems() {
        let found = problems {
            try openAPI(
                """
                swagger: "2.0"
                paths:
                  /a: {post: {parameters: [{name: b, in: body, schema: {$ref: "#/definitions/No"}}], responses: {}}}
                  /b: {get: {parameters: [{name: c, in: cookie}], responses: {}}}
                """)
        }
        #expect(
            found == [
                "api.yaml#/paths/~1b/get/parameters/0: a parameter has a name, and \"in\": path, query, header, formData or body"
            ])
    }

    @Test("Version 3.2: what has no like in scenarios is told, a whole query is filled")
    func version32() throws {
        let scenario = try openAPI(
            """
            openapi: 3.2.0
            servers: [{url: "http://127.0.0.1:8080"}]
            paths:
              /a:
                query: {operationId: ask, responses: {}}
                additionalOperations: {COPY: {responses: {}}}
                get:
                  operationId: find
                  parameters: [{name: q, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {n: {type: integer}, w: {type: string, example: a b}}}}}}]
                  responses: {"200": {description: "", content: {application/jsonl: {itemSchema: {}}}}}
              /events:
                get: {operationId: events, responses: {"200": {description: "", content: {text/event-stream: {itemSchema: {}}}}}}
            """)
        let read = try scenario.read()
        #expect(read.steps.map(\.name) == ["find"])
        #expect(read.step("find")?.url.constant == "/a?n=1&w=a%20b")
        #expect(
            scenario.leftOut == [
                "COPY /a: the method is not known to scenarios", "QUERY /a: the method is not known to scenarios",
                "events: its answer is a stream of events, which has no end",
            ])
    }

    @Test("Fragments and queries in paths: the first are not sent, the others are gone on with")
    func paths() throws {
        let scenario = try openAPI(
            document(
                """
                "/#Action=List": {get: {operationId: a, parameters: [{name: Action, in: query, required: true, schema: {enum: [List]}}], responses: {}}}
                "/q?kind=x": {get: {operationId: b, parameters: [{name: n, in: query, required: true, schema: {type: integer}}], responses: {}}}
                """))
        #expect(try scenario.read().steps.map { $0.url.constant } == ["/?Action=List", "/q?kind=x&n=1"])
    }
}

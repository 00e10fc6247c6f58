import Scenarios
import Testing

@testable import Import

@Suite("OpenAPI documents")
struct OpenAPITests {
    @Test("A flow per tag; reads come first, deletions last; deprecated operations are told")
    func order() throws {
        let scenario = try openAPI(
            document(
                """
                /items:
                  delete: {tags: [items], responses: {"204": {description: ""}}}
                  post: {tags: [items], operationId: make, responses: {"201": {description: ""}}}
                  get: {tags: [items], operationId: list, responses: {"200": {description: ""}, "404": {description: ""}}}
                /old:
                  get: {tags: [items], deprecated: true, responses: {}}
                /other:
                  get: {responses: {2XX: {description: ""}, default: {description: ""}}}
                """))
        let read = try scenario.read()
        #expect(read.steps(of: "items") == ["list", "make", "DELETE /items"])
        #expect(read.steps(of: "untagged") == ["GET /other"])
        #expect(read.step("GET /other")?.expect == [200...299])
        #expect(read.step("list")?.expect == [200...200])
        #expect(scenario.leftOut == ["GET /old: it is deprecated"])
    }

    @Test("Required parameters are filled: example, default, enum, schema; optional ones are told")
    func parameters() throws {
        let scenario = try openAPI(
            document(
                """
                /a/{kind}/{n}:
                  parameters:
                    - {name: kind, in: path, required: true, schema: {type: string, enum: [x y, b]}}
                    - {name: n, in: path, required: true, schema: {type: integer, minimum: 7, exclusiveMinimum: true}}
                  get:
                    parameters:
                      - {name: e, in: query, required: true, example: 1&2, schema: {type: string, default: d}}
                      - {name: d, in: query, required: true, schema: {type: integer, default: 3}}
                      - {name: l, in: query, required: true, schema: {type: array, items: {type: boolean}}}
                      - {name: o, in: query, style: deepObject, required: true, schema: {type: object, properties: {p: {type: string, format: date}}}}
                      - {name: X-Code, in: header, required: true, schema: {type: string, pattern: "^[A-Z]{2}-\\\\d+$"}}
                      - {name: page, in: query, schema: {type: integer}}
                    responses: {"200": {description: ""}}
                """))
        let step = try #require(try scenario.read().steps.first)
        #expect(step.url.constant == "/a/x%20y/8?e=1%262&d=3&l=true&o%5Bp%5D=2026-01-31")
        #expect(step.headers == [Header(name: "X-Code", value: Text("AA-1"))])
        #expect(scenario.flowLines.contains("# optional in the query: page"))
    }

    @Test("Bodies come from examples and schemas: references, allOf, the first of oneOf, cycles")
    func bodies() throws {
        let scenario = try openAPI(
            document(
                """
                /tree:
                  post:
                    operationId: tree
                    requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}}
                    responses: {"200": {description: ""}}
                /form:
                  post:
                    operationId: form
                    requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}, n: {type: integer, maximum: -5}}}}}}
                    responses: {"200": {description: ""}}
                /file:
                  post:
                    operationId: file
                    requestBody: {required: true, content: {multipart/form-data: {schema: {type: object}}}}
                    responses: {"200": {description: ""}}
                """,
                components: """
                    {schemas: {Base: {type: object, required: [id, name], properties: {id: {type: string, readOnly: true}, name: {type: string, minLength: 6}}}, Tree: {allOf: [{$ref: "#/components/schemas/Base"}, {type: object, required: [kind, children], properties: {kind: {oneOf: [{type: string, enum: [leaf]}, {type: integer}]}, children: {type: array, items: {$ref: "#/components/schemas/Tree"}}, note: {type: string}}}]}}}
                    """))
        #expect(
            Array(scenario.flowLines.prefix(9))
                == [
                    "api:", "steps:", "- name: tree", "post: /tree", "json:", "name: texttext", "kind: leaf",
                    "children: []",
                    "expect: 200",
                ].map { $0 == "name: texttext" ? "name: textte" : $0 })
        guard case .form(let fields)? = try scenario.read().step("form")?.body else {
            Issue.record("no form")
            return
        }
        #expect(fields == [Header(name: "a", value: Text("text")), Header(name: "n", value: Text("-5"))])
        #expect(scenario.leftOut == ["file: there is no example of its body (multipart/form-data)"])
    }

    @Test("Security schemes become header fields with variables of the environment")
    func security() throws {
        let scenario = try openAPI(
            """
            openapi: 3.1.0
            info: {title: T}
            servers: [{url: "http://{host}:{port}/v1", variables: {host: {default: localhost}, port: {default: 9000}}}]
            security: [{userToken: []}]
            paths:
              /a: {get: {responses: {}}}
              /b: {get: {security: [{Login: [], app_key: []}], responses: {}}}
              /c: {get: {security: [], responses: {}}}
            components:
              securitySchemes:
                userToken: {type: http, scheme: bearer}
                Login: {type: http, scheme: basic}
                app_key: {type: apiKey, in: query, name: key}
            """)
        let read = try scenario.read([
            "USER_TOKEN": "t0k3n", "LOGIN_USER": "ada", "LOGIN_PASSWORD": "wort", "APP_KEY": "kkkk",
        ])
        #expect(read.target.constant == "http://localhost:9000/v1")
        #expect(scenario.flowLines.contains("auth: {bearer: \"${env:USER_TOKEN:-change-me}\"}"))
        guard case .basic(let user, let password)? = read.step("GET /b")?.authentication else {
            Issue.record("no basic credentials")
            return
        }
        #expect([user.constant, password.constant] == ["ada", "wort"])
        #expect(read.step("GET /b")?.url.constant == "/b?key=kkkk")
        #expect(read.step("GET /c")?.headers == [])
        #expect(scenario.hints.first == "Set USER_TOKEN to the bearer token.")
    }

    @Test("What a list or a creation gives is captured; deletions take only what was created")
    func captures() throws {
        let answer =
            #"{"200": {description: "", content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}"#
        let made = #"{"201": {description: "", content: {application/json: {example: {data: {id: 7}}}}}}"#
        let scenario = try openAPI(
            document(
                """
                /pets/{petId}:
                  parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
                  delete: {operationId: drop, responses: {}}
                  get: {operationId: show, responses: {}}
                /pets:
                  post: {operationId: make, responses: \(made)}
                  get: {operationId: list, responses: \(answer)}
                /toys:
                  post: {operationId: makeToy, responses: {"201": {description: "", content: {application/json: {example: {id: a}}}}}}
                /toys/{id}:
                  get: {operationId: showToy, parameters: [{name: id, in: path, required: true, schema: {}}], responses: {}}
                """))
        let read = try scenario.read()
        #expect(read.steps(of: "api") == ["list", "show", "makeToy", "make", "showToy", "drop"].sortedAs(read))
        #expect(read.step("list")?.captures.map(\.name) == ["petId"])
        // A list may be empty: what needs an item of it is done where there is one.
        #expect(scenario.flowLines.contains("petId: json $[0].id optional"))
        #expect(scenario.flowLines.contains("when: ${petId}"))
        #expect(scenario.flowLines.contains("new_petId: json $.data.id"))
        #expect(scenario.flowLines.contains("delete: /pets/${new_petId}"))
        #expect(scenario.flowLines.contains("get: /toys/${new_toys_id}"))
    }

    @Test("What needs an identifier that nothing gives is left out; lists in paths are encoded")
    func orphans() throws {
        let scenario = try openAPI(
            document(
                """
                /files:
                  post:
                    requestBody: {required: true, content: {multipart/form-data: {}}}
                    responses: {"201": {description: "", content: {application/json: {example: {id: 1}}}}}
                /files/{id}:
                  get: {parameters: [{name: id, in: path, required: true, schema: {}}], responses: {}}
                /many/{ids}:
                  get: {parameters: [{name: ids, in: path, required: true, example: [a b, c/d], schema: {}}], responses: {}}
                """))
        #expect(try scenario.read().steps.map { $0.url.constant } == ["/many/a%20b,c%2Fd"])
        #expect(
            scenario.leftOut == [
                "POST /files: there is no example of its body (multipart/form-data)",
                "GET /files/{id}: it needs what a request that is left out would give",
            ])
    }

    @Test("All problems are told at once, by their place in the document")
    func allProblems() {
        let found = problems {
            try openAPI(
                document(
                    """
                    /users:
                      get: {parameters: [{$ref: "#/components/parameters/Missing"}, {in: query}], responses: {}}
                      post: {requestBody: {content: {application/json: {schema: {$ref: "other.yaml#/A"}}}}, responses: {}}
                    items: {}
                    """))
        }
        #expect(
            found == [
                "api.yaml#/paths/~1users/get/parameters/0: the reference \"#/components/parameters/Missing\" leads nowhere",
                "api.yaml#/paths/~1users/get/parameters/1: a parameter has a name, and \"in\": path, query, querystring, header or cookie",
                "api.yaml#/paths/items: a path begins with /",
            ])
        #expect(
            problems {
                try openAPI(
                    document(
                        """
                        /users:
                          post: {requestBody: {content: {application/json: {schema: {$ref: "other.yaml#/A"}}}}, responses: {}}
                        """))
            } == [
                "api.yaml#/paths/~1users/post/requestBody: the reference \"other.yaml#/A\" can't be followed: "
                    + "it leads out of the document: bundle it into one file first"
            ])
    }

    @Test(
        "What is no OpenAPI 3 is refused, and it is said what to do",
        arguments: [
            (
                "swagger: \"1.2\"",
                "api.yaml#/swagger: version 1.2 is not known: expected Swagger 2.0 or OpenAPI 3"
            ),
            ("openapi: 4.0.0", "api.yaml#/openapi: version 4.0.0 is not known: expected 3.0, 3.1 or 3.2"),
            ("openapi: 3.10.0", "api.yaml#/openapi: version 3.10.0 is not known: expected 3.0, 3.1 or 3.2"),
            ("a: 1", "api.yaml#: expected an OpenAPI document: the key \"openapi\" is missing"),
            ("- 1", "api.yaml#: expected an OpenAPI document, found a list"), ("", "api.yaml:1:1: the file is empty"),
            ("{\"openapi\": ", "api.yaml:2:1: not YAML"), ("a: [", "api.yaml:2:1: not YAML"),
        ])
    func refused(text: String, problem: String) {
        let found = problems { try openAPI(text) }
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(problem) == true, "\(found)")
    }

    @Test("Texts of the document can't place anything in the scenario")
    func placeholders() throws {
        let scenario = try openAPI(
            document(
                """
                "/p/$/${file:/etc/passwd}":
                  post:
                    operationId: "${file:/etc/passwd}: #"
                    tags: ["a: ${x}"]
                    parameters: [{name: "file:/etc/passwd", in: path, required: true, example: "${env:HOME}", schema: {}}]
                    requestBody: {content: {application/json: {example: {"${env:HOME}": "${file:/etc/passwd}", b: "<<"}}}}
                    responses: {"200": {description: ""}}
                """))
        let step = try #require(try scenario.read().steps.first)
        #expect(step.name == "$(file:/etc/passwd}: #")
        #expect(step.url.constant == "/p/$/$%24%7Benv%3AHOME%7D")
        guard case .json(.object(let members))? = step.body else {
            Issue.record("no body")
            return
        }
        #expect(members.first?.value == .text(Text("${file:/etc/passwd}")))
    }

    @Test("With allowReserved what is filled in later is sent as it is: in queries, paths and forms that are a text")
    func reservedPlaces() throws {
        let scenario = try openAPI(
            document(
                """
                /files: {get: {operationId: list, responses: {"200": {description: "", content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}}
                /files/{id}: {get: {operationId: show, parameters: [{name: id, in: path, required: true, allowReserved: true, schema: {type: string}}], responses: {}}}
                /plain: {get: {operationId: plain, responses: {"200": {description: "", content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}}
                /plain/{id}: {get: {operationId: encoded, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {}}}
                /raw/{path}: {get: {operationId: path, parameters: [{name: path, in: path, required: true, allowReserved: true, schema: {type: string, example: "a/b?c d"}}], responses: {}}}
                /next: {get: {operationId: next, parameters: [{name: api_token, in: query, required: true, allowReserved: true, schema: {type: string}}], responses: {}}}
                /both: {get: {operationId: both, parameters: [{name: api_token, in: query, required: true, schema: {type: string}}], responses: {}}}
                """))
        let lines = scenario.flowLines
        #expect(lines.contains("get: /files/${raw:files_id}"), "\(lines)")
        #expect(lines.contains("get: /plain/${plain_id}"))
        // A slash parts segments; a question mark would begin a query.
        #expect(lines.contains("get: /raw/a/b%3Fc%20d"))
        #expect(lines.contains("get: /next?api_token=${raw:env:API_TOKEN:-change-me}"))
        #expect(lines.contains("get: /both?api_token=${env:API_TOKEN:-change-me}"))
        // A raw value is as it was given.
        let read = try scenario.read(["API_TOKEN": "a/b&c"])
        #expect(read.step("next")?.url.constant == "/next?api_token=a/b&c")
        #expect(read.step("both")?.url.constant == "/both?api_token=a%2Fb%26c")
    }
}

extension [String] {
    /// The names in the order of the scenario, where it is the same set: the order of equals is the reader's.
    fileprivate func sortedAs(_ scenario: Scenario) -> [String] {
        let order = scenario.steps.map(\.name)
        return Set(order) == Set(self) ? order : self
    }
}

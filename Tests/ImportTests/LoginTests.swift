import Scenarios
import Testing

@testable import Import

@Suite("Logins of OpenAPI documents")
struct LoginTests {
    private func document(_ flows: String, server: String = "http://127.0.0.1:8000", tokenPath: String = "/token")
        -> String
    {
        """
        openapi: 3.1.0
        info: {title: T}
        servers: [{url: "\(server)"}]
        components: {securitySchemes: {OAuth2: {type: oauth2, flows: {\(flows)}}}}
        paths:
          /me: {get: {operationId: me, security: [{OAuth2: [read, write]}], responses: {}}}
          /open: {get: {operationId: open, responses: {}}}
          \(tokenPath): {post: {operationId: token, requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, required: [username], properties: {username: {type: string}}}}}}, responses: {}}}
        """
    }

    @Test("The password flow becomes a login; the token is used where the scheme is asked for")
    func passwordFlow() throws {
        let scenario = try openAPI(document("password: {tokenUrl: token, scopes: {}}"))
        let read = try scenario.read(["LOGIN_USERNAME": "ada", "LOGIN_PASSWORD": "wort"])
        let login = try #require(read.login)
        #expect(login.steps.map(\.url.constant) == ["/token"])
        #expect(login.steps.first?.captures.map(\.name) == ["access_token"])
        guard case .form(let fields)? = login.steps.first?.body else {
            Issue.record("no form")
            return
        }
        #expect(fields.map(\.name) == ["grant_type", "username", "password", "scope"])
        #expect(fields.map(\.value.constant) == ["password", "ada", "wort", "read write"])
        #expect(scenario.text.contains("auth: {bearer: \"${access_token}\"}"))
        #expect(read.step("open")?.authentication == nil)
        // The operation that gives tokens out is the login, and no load of its own.
        #expect(read.flows.flatMap(\.steps).map(\.name) == ["me", "open"])
        #expect(scenario.hints == ["Set LOGIN_USERNAME and LOGIN_PASSWORD: each user signs in with them once."])
    }

    @Test(
        "The token's URL is written with the server's path or without, relative or whole",
        arguments: [
            ("/api/v1/login", "http://h/api/v1", "/login", "/login"),
            ("login", "http://h/api/v1", "/login", "/login"), ("./login", "http://h", "/login", "/login"),
            ("http://h/api/v1/login", "http://h/api/v1", "/login", "/login"),
            ("/api/v1/other", "http://h/api/v1", "/login", "/other"),
            ("/auth/token", "http://h/api/v1", "/login", "http://h/auth/token"),
            ("https://id.example/token", "http://h/api/v1", "/login", "https://id.example/token"),
        ])
    func tokenURLs(url: String, server: String, path: String, expected: String) throws {
        let scenario = try openAPI(document("password: {tokenUrl: '\(url)'}", server: server, tokenPath: path))
        #expect(try scenario.read().login?.steps.first?.url.constant == expected)
        #expect(scenario.hints.contains { $0.contains("--authorise id.example") } == url.contains("id.example"))
    }

    @Test("A tag called login is a flow of another name beside the login")
    func tagCalledLogin() throws {
        let text = document("password: {tokenUrl: /token}").replacing(
            "{operationId: me,", with: "{operationId: me, tags: [login],")
        #expect(try openAPI(text).read().flows.map(\.name) == ["login (2)", "untagged"])
    }

    @Test("Client credentials are a login, too, unless users sign in by a browser")
    func clientCredentials() throws {
        let scenario = try openAPI(document("clientCredentials: {tokenUrl: /token, scopes: {}}"))
        #expect(
            scenario.text.contains(
                "basic: {user: \"${env:CLIENT_ID:-client}\", password: \"${env:CLIENT_SECRET:-change-me}\"}"))
        #expect(scenario.text.contains("grant_type: client_credentials"))
        _ = try scenario.read()
        let browser = try openAPI(
            document(
                "clientCredentials: {tokenUrl: /token}, authorizationCode: {tokenUrl: /token, authorizationUrl: /a}"))
        #expect(try browser.read().login == nil)
        #expect(browser.hints.contains("Set OAUTH2 to an access token (oauth2)."))
    }

    @Test("Captures out of lists are optional, and so is what follows from them")
    func emptyLists() throws {
        let item =
            #"{"200": {description: "", content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}}}"#
        let made =
            #"{"201": {description: "", content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}"#
        let parameter = { (name: String) in "{name: \(name), in: path, required: true, schema: {type: integer}}" }
        let scenario = try openAPI(
            ImportTests.document(
                """
                /boards/: {get: {operationId: boards, responses: \(item)}}
                /boards/{board_id}/cards/:
                  parameters: [\(parameter("board_id"))]
                  get: {operationId: cards, responses: \(item)}
                  post: {operationId: make, responses: \(made)}
                /boards/{board_id}/cards/{cardId}/:
                  parameters: [\(parameter("board_id")), \(parameter("cardId"))]
                  get: {operationId: card, responses: {}}
                """))
        let lines = scenario.flowLines
        #expect(lines.contains("board_id: json $[0].id optional"))
        #expect(lines.contains("cardId: json $[0].id optional"))
        // Done only where there are both a board and a card.
        #expect(lines.contains("when: ${board_id}${cardId}"))
        #expect(lines.filter { $0 == "when: ${board_id}" }.count == 1)
        _ = try scenario.read()
    }
}

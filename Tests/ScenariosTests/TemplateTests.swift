import Foundation
import Testing

@testable import Scenarios

@Suite struct TemplateTests {
    private let parser = TemplateParser(
        scope: Scope(
            generated: Variable.generatedNames, captures: ["project"], laterCaptures: ["order"],
            tables: [("estimates", ["area", "unit price"]), ("broken", nil)]),
        environment: { ["TOKEN": "top-hat", "EMPTY": ""][$0] },
        file: { $0 == "key" ? .success("contents\n\n") : .failure(SourceFile.Unreadable(reason: "no such file")) })

    @Test(
        "A text is parsed into its pieces",
        arguments: [
            ("", []),
            ("plain $ {} $x", [.literal("plain $ {} $x")]),
            ("$${a} ${user}", [.literal("${a} "), .variable(.user)]),
            ("a${iteration}b${uuid}", [.literal("a"), .variable(.iteration), .literal("b"), .variable(.uuid)]),
            (
                "${random.int(1,6)}${random.int(-3, -1)}",
                [.variable(.randomInt(1...6)), .variable(.randomInt(-3 ... -1))]
            ),
            ("${estimates.unit price}", [.variable(.column(table: "estimates", column: "unit price"))]),
            ("${broken.any}", [.variable(.column(table: "broken", column: "any"))]),
            ("${project}", [.variable(.capture("project"))]),
            ("${env:TOKEN}", [.secret(value: "top-hat", shown: "${env:TOKEN}")]),
            ("${env:TOKEN:-x}", [.secret(value: "top-hat", shown: "${env:TOKEN}")]),
            ("a${env:ABSENT:-b}c", [.literal("abc")]),
            ("${env:EMPTY:-b}", [.literal("b")]),
            ("${env:EMPTY}", [.secret(value: "", shown: "${env:EMPTY}")]),
            ("${file:key}", [.secret(value: "contents\n", shown: "${file:key}")]),
        ] as [(String, [Text.Piece])])
    func parsed(source: String, pieces: [Text.Piece]) {
        let (text, problems) = parser.parse(source)
        #expect(text.pieces == pieces)
        #expect(problems.isEmpty)
    }

    private static let available = """
        available here: project, estimates.area, estimates.unit price, iteration, user, uuid, \
        random.int(low,high), env:NAME, file:PATH
        """

    @Test(
        "A wrong place says what is wrong and where",
        arguments: [
            ("ab${user", 2, "${ is not closed by }"),
            ("${}", 0, "${} names nothing"),
            ("é${projct}", 1, "unknown variable \"projct\" (did you mean \"project\"?); \(available)"),
            ("${zzzz}", 0, "unknown variable \"zzzz\"; \(available)"),
            ("${order}", 0, "\"order\" has no value here: only this or a later step or another flow captures it"),
            ("${estimates.aera}", 0, "the data \"estimates\" has no column \"aera\" (did you mean \"area\"?)"),
            ("${estimates.zzz}", 0, "the data \"estimates\" has no column \"zzz\" (its columns: area, unit price)"),
            ("${env:ABSENT}", 0, "the environment variable ABSENT is not set (${env:ABSENT:-…} gives it a default)"),
            ("${env:}", 0, "\"\" is not a valid variable name"),
            ("${env:A:-${env:B}}", 0, "${ can't stand inside ${…}"),
            ("${file:absent}", 0, "the file \"absent\" can't be read: no such file"),
            ("${aws-secret:}", 0, "\"\" is not a valid secret name"),
            ("x${aws-secret:a b}", 1, "\"a b\" is not a valid secret name"),
            ("${aws-secret:a:b}", 0, "\"a:b\" is not a valid secret name"),
            ("${aws-secret:a#}", 0, "# names no member of the secret \"a\""),
            ("${aws-secret:a:-b}", 0, "${aws-secret:…} takes no default"),
            ("a${message.id}", 1, "${message.id} has a value in send and reply of a websocket step only"),
            ("${random.int(6,1)}", 0, "random.int(6,1) is empty: the first is the greater"),
            ("${random.int(a)}", 0, "expected random.int(low,high) such as random.int(1,6), found \"random.int(a)\""),
            ("${random.float}", 0, "expected random.int(low,high) such as random.int(1,6), found \"random.float\""),
        ])
    func refused(source: String, offset: Int, message: String) {
        #expect(parser.parse(source).problems == [GrammarError(offset: offset, message: message)])
    }

    @Test("What an iteration gives can't stand where there is none")
    func constants() {
        #expect(
            problems(minimal(target: "http://${user}")) == [
                "s.yaml:2:16: \"user\" has no value here; available here: env:NAME, file:PATH"
            ])
        #expect(
            problems(minimal("identities: {count: 1, header: X, value: \"${iteration}\"}")) == [
                "s.yaml:5:43: \"iteration\" has no value here; available here: user, env:NAME, file:PATH"
            ])
    }

    @Test("A captured name is known from the next step of the same flow on")
    func captures() {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            load: [{users: 1, for: 1s}]
            flows:
              a:
                steps:
                  - {name: one, get: "/${id}", capture: {id: json $.id}}
                  - {name: two, get: "/${id}"}
              b:
                steps:
                  - {name: three, get: "/${id}"}
            """
        #expect(
            problems(text) == [
                "s.yaml:7:28: \"id\" has no value here: only this or a later step or another flow captures it",
                "s.yaml:11:30: \"id\" has no value here: only this or a later step or another flow captures it",
            ])
    }

    @Test("Names that could not stand in a place are refused")
    func names() {
        #expect(
            problems(withStep("get: /", "capture: {a.b: header X, user: header Y}")) == [
                "s.yaml:10:19: \"a.b\" can't stand in ${…}: expected letters, digits, _ and -, a letter first",
                "s.yaml:10:34: \"user\" has a meaning of its own in ${…}: choose another name",
            ])
    }

    @Test("Values of the environment may stand for numbers, durations and rates")
    func settings() throws {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            flows: {main: {steps: [{get: /}]}}
            load: [{arrivals: "${env:RATE}/s", for: "${env:LENGTH:-20s}"}]
            """
        let scenario = try read(text, environment: ["RATE": "50"])
        #expect(scenario.load == [.arrivals(ArrivalStage(from: 50, to: 50, duration: .seconds(20)))])
    }

    @Test("Secrets stand in no problem, whatever is wrong with them")
    func secrets() throws {
        // Assembled here, so that no file of the project holds it.
        let secret = ["hunter", "2", "horse", "\u{1F40E}"].joined(separator: "-")
        let folder = try TemporaryFolder()
        try folder.write("key.txt", secret + "\r\nsecond line")
        let text = """
            name: tiny
            target: "${env:SECRET}"
            authorised: ["${env:SECRET}:80"]
            services:
              app: {command: ["${env:SECRET}"], ready: "${env:SECRET}", start_timeout: "${env:SECRET}"}
            identities: {count: "${env:SECRET}", header: X, value: "${file:key.txt}"}
            data: {rows: {file: "${env:SECRET}.csv"}}
            defaults:
              timeout: "${env:SECRET}"
              source_addresses: ["${env:SECRET}"]
              tls: {ca: "${env:SECRET}", server_name: "${env:SECRET}/"}
              http:
                headers: {Authorization: "Bearer ${file:key.txt}"}
                proxy: "http://a:${env:SECRET}@host"
                unix_socket: "${env:SECRET}\\0"
                resolve: {"a:1": "${env:SECRET}"}
                auth: {aws: {region: "${env:SECRET}", service: s, key_id: "${file:key.txt}", secret_key: s}}
            flows:
              main:
                weight: "${env:SECRET}"
                steps:
                  - get: "http://${env:SECRET}@host/"
                    expect: "${env:SECRET}"
                    checks: ["body contains ${env:SECRET} ${x}", "json $.a < ${env:SECRET}"]
                  - pause: "${env:SECRET}"
                  - {calculate: /, tolerance: "${env:SECRET}", answers: {a: "${env:SECRET}"}}
                  - {put: /, upload: "${env:SECRET}", when: "${user} < ${env:SECRET}"}
                  - {post: /p, multipart: {a: {value: b, type: "${env:SECRET}"}}}
                  - {websocket: "${env:SECRET}", send: {binary: "1${env:SECRET}"}, reply: "status == ${env:SECRET}"}
                  - {post: "${env:SECRET}", json: {a: "${env:SECRET}${"}}
            load: [{arrivals: "${env:SECRET}", for: "${env:SECRET}", warmup: "${env:SECRET}"}]
            limits: {max_users: "${env:SECRET}"}
            objectives: ["p95 response_time < ${env:SECRET}", \(secret)]
            \(secret): 1
            """
        let found = problems(text, environment: ["SECRET": secret], file: folder.path + "/s.yaml")
        #expect(found.count >= 20)
        for problem in found {
            #expect(!problem.contains("hunter"))
            #expect(!problem.contains("second line"))
        }
        #expect(
            found.contains { $0.contains(":2:9: \"${env:SECRET}\": expected http://host[:port][/path] or https://…") })
    }

    @Test("Secrets are known to the scenario, and defaults are none")
    func knownSecrets() throws {
        let secret = ["open", "sesame"].joined()
        let folder = try TemporaryFolder()
        try folder.write("token", secret + "2\n")
        let text = minimal(
            "defaults: {http: {headers: {A: \"${env:SECRET}\", B: \"${file:token}\", C: \"${env:NONE:-plain}\"}}}")
        let scenario = try read(text, environment: ["SECRET": secret], file: folder.path + "/s.yaml")
        #expect(
            scenario.secrets.redact("a \(secret)2 b \(secret) c plain") == "a ${file:token} b ${env:SECRET} c plain")
        #expect(scenario.defaults.headers[1].value.constant == secret + "2")
        #expect(scenario.defaults.headers.map(\.value.shown) == ["${env:SECRET}", "${file:token}", "plain"])
    }
}

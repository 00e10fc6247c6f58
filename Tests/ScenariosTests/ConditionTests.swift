import Testing

@testable import Scenarios

@Suite struct ConditionTests {
    private static let role = Text(pieces: [.variable(.capture("role"))])

    private func conditions(_ keys: String..., environment: [String: String] = [:]) throws -> [Condition] {
        let text = """
            name: tiny
            target: http://127.0.0.1:8080
            load: [{users: 1, for: 1s}]
            flows:
              main:
                steps:
                  - {name: one, get: /1, capture: {role: json $.role optional}}
                  - name: two
                    get: /2
            \(keys.map { "        \($0)" }.joined(separator: "\n"))
            """
        return try read(text, environment: environment).steps[1].conditions
    }

    @Test(
        "A condition is parsed",
        arguments: [
            ("${role}", .exists),
            ("${role} == admin", .text(.equal, Text("admin"))),
            ("${role}!=admin", .text(.notEqual, Text("admin"))),
            ("${role} == two words ", .text(.equal, Text("two words"))),
            ("${role} == a==b", .text(.equal, Text("a==b"))),
            ("${role} == ${user}", .text(.equal, Text(pieces: [.variable(.user)]))),
            ("${role} == 5", .number(.equal, 5)),
            ("${role} == '5'", .text(.equal, Text("5"))),
            ("${role} != ''", .text(.notEqual, Text(""))),
            ("${role} <= -1.5e1", .number(.lessOrEqual, -15)),
            ("${role} > 0", .number(.greater, 0)),
            ("${role} > '5'", .number(.greater, 5)),
            ("${role} >= ${env:LEAST}", .number(.greaterOrEqual, 7)),
            ("${role} < ${env:NONE:-3}", .number(.less, 3)),
        ] as [(String, Condition.Predicate)])
    func parsed(text: String, predicate: Condition.Predicate) throws {
        let quoted = text.replacing("'", with: "''")
        let found = try conditions("when: '\(quoted)'", environment: ["LEAST": "7"])
        #expect(found == [Condition(subject: Self.role, predicate: predicate, isNegated: false, source: text)])
    }

    @Test("The subject is a text with places, and a step may have both keys")
    func both() throws {
        let found = try conditions("when: a${role}b$${ == x", "unless: ${env:OFF:-a==b}", environment: ["OFF": "1"])
        #expect(
            found == [
                Condition(
                    subject: Text(pieces: [.literal("a"), .variable(.capture("role")), .literal("b${")]),
                    predicate: .text(.equal, Text("x")), isNegated: false, source: "a${role}b$${ == x"),
                Condition(
                    subject: Text(pieces: [.secret(value: "1", shown: "${env:OFF}")]), predicate: .exists,
                    isNegated: true, source: "${env:OFF:-a==b}"),
            ])
    }

    @Test(
        "A wrong condition says what is wrong and where",
        arguments: [
            ("when: \"\"", "s.yaml:10:15: expected a condition such as ${role} == admin, found \"\""),
            (
                "when: always",
                "s.yaml:10:15: expected a condition such as ${role} == admin, or ${token}, found \"always\""
            ),
            (
                "when: admin == ${user}",
                "s.yaml:10:15: expected a condition such as ${role} == admin, or ${token}, found \"admin == ${user}\""
            ),
            ("when: ${user} = 1", "s.yaml:10:23: unknown comparison \"=\" (did you mean \"==\"?)"),
            ("unless: ${user} ==", "s.yaml:10:27: expected a value after =="),
            ("unless: ${user} < b", "s.yaml:10:27: expected a number after <, found \"b\""),
            ("when: ${user} > ${iteration}", "s.yaml:10:25: expected a number after >, found \"${iteration}\""),
            (
                "when: ${usr} == 1",
                "s.yaml:10:15: unknown variable \"usr\" (did you mean \"user\"?); available here: iteration, user, uuid, random.int(low,high), env:NAME, file:PATH"
            ),
            ("when: x${user", "s.yaml:10:16: ${ is not closed by }"),
            ("when: [a]", "s.yaml:10:15: expected a condition such as ${role} == admin, found a list"),
        ])
    func wrong(line: String, problem: String) {
        #expect(problems(withStep("get: /", line)) == [problem])
    }

    @Test("A condition can't look at what its own step captures, and a pause has none")
    func places() {
        #expect(
            problems(withStep("get: /", "capture: {id: json $.id}", "when: ${id}")) == [
                "s.yaml:11:15: \"id\" has no value here: only this or a later step or another flow captures it"
            ])
        #expect(
            problems(withStep("pause: 1s", "when: ${user}")).contains(
                "s.yaml:10:9: a pause is a step of its own: \"when\" can't stand beside it"))
    }
}

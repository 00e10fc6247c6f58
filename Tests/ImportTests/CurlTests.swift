import Scenarios
import Testing

@testable import Import

@Suite("curl commands")
struct CurlTests {
    @Test(
        "Words as a POSIX shell has them",
        arguments: [
            (#"a 'b c' "d \"e\" \n" f\ g"#, ["a", "b c", "d \"e\" \\n", "f g"]),
            ("a \\\n  b \\\r\n c", ["a", "b", "c"]),
            (#"$'a\n\x41\u00e9\'' ''"#, ["a\nAé'", ""]), ("a'b'\"c\"d", ["abcd"]), ("a | b", ["a"]), ("a 2>&1", ["a"]),
            ("a # b", ["a"]), ("a#b $ 5$", ["a#b", "$", "5$"]), ("a; b", ["a"]), ("'$X' \"\\$X\"", ["$X", "$X"]),
            ("\n\n a", ["a"]), ("", []),
        ])
    func words(line: String, words: [String]) throws {
        #expect(try ShellWords(line).words == words)
    }

    @Test(
        "What a shell would wait for or do is refused",
        arguments: [
            ("a 'b", "curl: character 3: a quote ' is not closed"),
            ("a \"b", "curl: character 3: a quote \" is not closed"),
            ("a \\", "curl: character 3: a backslash at the end of the command"),
            ("a $(b)", "curl: character 3: commands in a command can't be imported: put in what it gives"),
            ("a \"`b`\"", "curl: character 4: commands in a command can't be imported: put in what it gives"),
            ("a ${b:-c}", "curl: character 3: of the shell's variables only $NAME and ${NAME} can be imported"),
            ("a $'\\xff'", "curl: character 3: what stands in $'…' is not text"),
            ("a\0", "curl: character 2: the command holds a character that no text has"),
        ])
    func brokenWords(line: String, problem: String) {
        #expect(throws: InvalidSource(problemLine: problem)) { try ShellWords(line) }
    }

    @Test("curl's own defaults: the method by the data, a form, JSON where it is said")
    func methods() throws {
        let steps = try curl(
            """
            curl http://a.test/get --next -d a=1 -d 'b=2 3' a.test/form --next --json '{"a":1}' a.test/json \\
              --next -H 'content-type: application/json' -d '{"b":[]}' -XPUT a.test/put --next -I a.test/head \\
              --next -G -d q=1 --data-urlencode 'r=a b' 'a.test/query?x=1' --next -d '{"raw":1}' a.test/raw
            """
        ).read().steps
        #expect(steps.map(\.method) == [.get, .post, .post, .put, .head, .get, .post])
        #expect(
            steps.map(\.body) == [
                nil, .form([Header(name: "a", value: Text("1")), Header(name: "b", value: Text("2 3"))]),
                .json(.object([.init(name: "a", value: .raw("1"))])),
                .json(.object([.init(name: "b", value: .array([]))])), nil, nil, .text(Text(#"{"raw":1}"#)),
            ])
        #expect(steps[2].headers == [Header(name: "Accept", value: Text("application/json"))])
        #expect(steps[3].headers == [])
        #expect(steps[5].url.constant == "/query?x=1&q=1&r=a%20b")
        #expect(steps[6].headers == [Header(name: "Content-Type", value: Text("application/x-www-form-urlencoded"))])
    }

    @Test("Options: combined letters, values beside them, what is ignored, several URLs")
    func options() throws {
        let scenario = try curl(
            #"$ TOKEN=1 /usr/bin/curl -sSLkX PATCH -Aagent --url=http://a.test/a --compressed -m1.5 -o /dev/null -H 'A: b' -H 'A: c' -H 'Host: x' -e http://r/ http://a.test/b | jq ."#
        )
        let steps = try scenario.read().steps
        #expect(steps.map { "\($0.method.rawValue) \($0.url.constant ?? "")" } == ["PATCH /a", "PATCH /b"])
        #expect(steps.map(\.timeout) == [.milliseconds(1500), .milliseconds(1500)])
        let defaults = try scenario.read().defaults.headers
        #expect(
            defaults.map { "\($0.name): \($0.value.constant ?? "")" } == [
                "User-Agent: agent", "A: b, c", "Host: x", "Referer: http://r/",
            ])
        #expect(scenario.leftOut == ["what follows a command: \"jq\""])
        #expect(try scenario.read().defaults.http.compression)
        #expect(steps.map(\.redirects) == [50, 50])
    }

    @Test("All problems are told, with what was probably meant")
    func allProblems() {
        #expect(
            problems {
                try curl("curl --requst POST -F a=b --data @file -% ftp://a.test 'http://a.test/[1-3]' -H nothing")
            } == [
                "curl: word 1: the option \"--requst\" is not known (did you mean \"--request\"?)",
                "curl: word 5: the file \"file\" can't be read: a scenario needs it, too",
                "curl: word 7: the option \"-%\" is not known", "curl: word 10: -H wants 'Name: value'",
            ])
        #expect(
            problems { try curl("curl ftp://a.test 'http://a.test/[1-3]' 'http://a.test:0/'") } == [
                "curl: word 1: only http:// and https:// URLs can be imported, not ftp://",
                "curl: word 2: patterns in URLs ([1-9], {a,b}) can't be imported: give each URL, or -g where they are meant as they are",
                "curl: word 3: \"http://a.test:0\": the target's port is not from 1 to 65535",
            ])
        #expect(problems { try curl("wget x") } == ["curl: the command begins with curl"])
        #expect(problems { try curl("curl -s") } == ["curl: the command names no URL"])
        #expect(problems { try curl("curl x -X") } == ["curl: word 2: the option -X lacks its value"])
    }

    @Test("A variable of the shell may be a host, a whole base, or a token")
    func variables() throws {
        let host = try curl(#"curl "http://$HOST:8080/x" -H "Authorization: Bearer ${TOKEN}""#)
        #expect(host.text.contains("target: http://${env:HOST:-change-me}:8080\n"))
        #expect(host.text.contains("Authorization: Bearer ${env:TOKEN:-change-me}\n"))
        let base = try curl(#"curl "$BASE_URL/x" -d "a=$A&b=c$B""#)
        #expect(base.text.contains("target: ${env:BASE_URL:-http://127.0.0.1:8080}\n"))
        #expect(base.text.contains("a: ${env:A:-change-me}\n"))
        #expect(base.text.contains("b: c${env:B:-change-me}\n"))
    }

    @Test("Passwords, tokens and cookies are not written; the shell's variables become the environment's")
    func secrets() throws {
        let secret = "s3cr3t-of-bob"
        let scenario = try curl(
            """
            curl -u bob:\(secret) -b 'sid=\(secret)' -H "X-Token: $TOKEN" -H 'X-API-Key: \(secret)' \
            --json "{\\"password\\":\\"\(secret)\\",\\"note\\":\\"$NOTE!\\"}" "http://a.test/$AREA/\(secret)?key=$KEY"
            """)
        #expect(!scenario.text.contains(secret))
        let step = try #require(
            try scenario.read([
                "TOKEN": "tttt", "NOTE": "nnnn", "AREA": "aaaa", "KEY": "kkkk", "PASSWORD": "pppp",
                "BASIC_CREDENTIALS": "bbbb",
            ]).steps.first)
        #expect(step.headers.first { $0.name == "X-Token" }?.value.constant == "tttt")
        #expect(step.headers.first { $0.name == "Authorization" }?.value.constant == "Basic bbbb")
        #expect(step.url.constant?.hasPrefix("/aaaa/") == true)
        #expect(step.url.constant?.hasSuffix("?key=kkkk") == true)
        #expect(
            scenario.text.contains("note: ${env:NOTE:-change-me}!")
                || scenario.text.contains("note: \"${env:NOTE:-change-me}!\""))
        #expect(scenario.hints.last == "Set the shell's variables, too: AREA, KEY, NOTE, TOKEN")
    }
}

extension InvalidSource {
    /// The error of one problem, from its line.
    fileprivate init(problemLine: String) {
        let parts = problemLine.split(separator: ": ", maxSplits: 2).map(String.init)
        self.init("\(parts[0]): \(parts[1])", parts[2])
    }
}

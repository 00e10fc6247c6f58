import Testing

@testable import Scenarios

/// The number that a format finds in a text, or why there is none.
private func read(_ format: any ProbeFormat, _ text: String) -> Result<Double, ProbeFailure> {
    read(format, Array(text.utf8))
}

private func read(_ format: any ProbeFormat, _ bytes: [UInt8]) -> Result<Double, ProbeFailure> {
    Result { () throws(ProbeFailure) in try format.finiteNumber(in: bytes) }
}

private func failure(_ format: any ProbeFormat, _ text: String) -> String? {
    if case .failure(let failure) = read(format, text) { failure.reason } else { nil }
}

private func value(_ format: any ProbeFormat, _ text: String) -> Double? { try? read(format, text).get() }

private func filter(_ name: String, _ value: String, isEqual: Bool = true) -> Probe.Filter {
    Probe.Filter(name: name, value: value, isEqual: isEqual)
}

@Suite("Formats of probes") struct ProbeFormatTests {
    @Test("A number stands alone, blanks around it apart")
    func number() {
        #expect(value(.number, "42") == 42)
        #expect(value(.number, " \t-1.5e3\r\n") == -1500)
        #expect(value(.number, "\u{FEFF}7\n") == 7)
        for text in [
            "", "\n", "4 2", "0x10", "nan", "inf", "1e999", "five", "1,000", "5ms", String(repeating: "1", count: 65),
        ] {
            #expect(value(.number, text) == nil, "\(text)")
        }
        #expect(failure(.number, "  ") == "an empty text is not a number")
        #expect(failure(.number, "about five\nor six") == "\"about five or six\" is not a number")
        guard case .failure(let failure) = read(.number, [0xFF, 0xFE]) else {
            Issue.record("not UTF-8 was read")
            return
        }
        #expect(failure.reason == "what was printed is not UTF-8")
    }

    // As PgBouncer 1.18 prints it by psql --csv, cut in width.
    private static let pools = """
        database,user,cl_active,cl_waiting,sv_active,sv_idle,maxwait,pool_mode
        paintbox,app,12,0,11,1,0,transaction
        paintbox,report,1,3,2,0,7,transaction
        pgbouncer,pgbouncer,1,0,0,0,0,statement

        """

    @Test("Columns of CSV are summed over the rows where the filters hold")
    func csv() {
        let paintbox = filter("database", "paintbox")
        #expect(value(.csv(columns: ["sv_active"], filters: [paintbox]), Self.pools) == 13)
        #expect(value(.csv(columns: ["sv_active", "sv_idle"], filters: [paintbox]), Self.pools) == 14)
        #expect(value(.csv(columns: ["maxwait"], filters: [paintbox, filter("user", "app")]), Self.pools) == 0)
        #expect(value(.csv(columns: ["cl_waiting"], filters: [filter("user", "app", isEqual: false)]), Self.pools) == 3)
        #expect(value(.csv(columns: ["cl_active"], filters: []), Self.pools) == 14)
        // Without columns rows are counted, and none is a number too.
        #expect(value(.csv(columns: [], filters: [paintbox]), Self.pools) == 2)
        #expect(value(.csv(columns: [], filters: [filter("database", "other")]), Self.pools) == 0)
        #expect(value(.csv(columns: [], filters: []), "a,b\n") == 0)
        #expect(
            value(
                .csv(columns: ["n"], filters: [filter("a b", "x, \"y\"\nz")]),
                "\"a b\",n\r\n\"x, \"\"y\"\"\nz\", 5 \r\n") == 5)
    }

    @Test("CSV without what is asked for is no 0, and says what it lacks")
    func csvLacks() {
        #expect(
            failure(.csv(columns: ["sv_activ"], filters: []), Self.pools)
                == "the CSV has no column \"sv_activ\" (did you mean \"sv_active\"?)")
        #expect(
            failure(.csv(columns: ["sv_active"], filters: [filter("databse", "x")]), Self.pools)
                == "the CSV has no column \"databse\" (did you mean \"database\"?)")
        #expect(
            failure(.csv(columns: ["sv_active"], filters: [filter("database", "paintbx")]), Self.pools)
                == "none of 3 rows has \"database == paintbx\"")
        #expect(failure(.csv(columns: ["a"], filters: []), "a,b\n") == "the CSV has no rows")
        #expect(
            failure(.csv(columns: ["pool_mode"], filters: []), Self.pools)
                == "the column \"pool_mode\" holds \"transaction\", which is not a number")
        #expect(
            failure(.csv(columns: ["a"], filters: []), "a,b\n1\n")
                == "line 2 of the CSV: the row has 1 field, the header 2 fields")
        #expect(
            failure(.csv(columns: ["a"], filters: []), "")
                == "line 1 of the CSV: the file is empty: expected a line with the columns' names")
        #expect(failure(.csv(columns: ["a"], filters: []), "a\n1e308\n1e308\n") == "the sum is not a finite number")
        #expect(
            failure(.csv(columns: ["a"], filters: []), "a,b\n,1\n")
                == "the column \"a\" holds an empty text, which is not a number")
    }

    @Test(
        "A malformed row of CSV that is not asked for spoils nothing",
        arguments: ["x,1,2", "x", "x,1\"", "\"x\"1,2", "x,NaN", "x,", "x,abc"])
    func otherRows(row: String) {
        let text = "db,n\ny,4\n\(row)\ny,3\n"
        #expect(value(.csv(columns: ["n"], filters: [filter("db", "y")]), text) == 7)
        // Without a filter it may be any row.
        #expect(failure(.csv(columns: ["n"], filters: []), text) != nil)
    }

    @Test(
        "One that may be asked for does: a comma too many moves its fields",
        arguments: ["a,y,1", "y", "y,1,2", "y,1\""])
    func ownRows(row: String) {
        let text = "db,n\ny,4\n\(row)\n"
        #expect(
            failure(.csv(columns: ["n"], filters: [filter("db", "y")]), text)?.hasPrefix("line 3 of the CSV: ") == true)
    }

    @Test("NaN and Infinity in JSON, as Python prints them, spoil no other number")
    func notANumber() throws {
        let text = #"{"a": NaN, "b": [-Infinity, 7], "NaN": "Infinity \" NaN", "c": {"d": Infinity}}"#
        let seven = try JSONPath(parsing: "$.b[1]")
        #expect(value(.json(seven, counts: false), text) == 7)
        #expect(value(.json(try JSONPath(parsing: "$.NaN"), counts: true), text) == 14)
        #expect(
            failure(.json(try JSONPath(parsing: "$.a"), counts: false), text)
                == "$.a is null, which is not a number")
        #expect(failure(.json(seven, counts: false), "{\"a\": NaN")?.hasSuffix("is not JSON") == true)
    }

    // As Redis 7.0 prints it by redis-cli INFO replication.
    private static let info =
        "# Replication\r\nrole:master\r\nconnected_slaves:1\r\n"
        + "slave0:ip=127.0.0.1,port=6380,state=online,offset=420,lag=1\r\nmaster_failover_state:no-failover\r\n"
        + "repl_backlog_size:1048576\r\nrepl_backlog_histlen:420\r\n"

    @Test("Lines of name:value or name=value are summed, parts of a value too")
    func lines() {
        #expect(value(.lines(names: ["connected_slaves"]), Self.info) == 1)
        #expect(value(.lines(names: ["slave0.lag", "slave0.offset", "connected_slaves"]), Self.info) == 422)
        #expect(value(.lines(names: ["net.core.somaxconn"]), "net.core.somaxconn = 4096\n") == 4096)
        #expect(value(.lines(names: ["Active connections"]), "Active connections: 3 \nReading: 0\n") == 3)
        #expect(value(.linesHold([filter("role", "master")]), Self.info) == 1)
        #expect(value(.linesHold([filter("role", "slave")]), Self.info) == 0)
        #expect(
            value(.linesHold([filter("role", "slave", isEqual: false), filter("slave0.state", "online")]), Self.info)
                == 1)
    }

    @Test("Lines without what is asked for say what they lack")
    func linesLack() {
        #expect(
            failure(.lines(names: ["conected_slaves"]), Self.info)
                == "there is no line \"conected_slaves\" (did you mean \"connected_slaves\"?)")
        #expect(
            failure(.lines(names: ["slave0.delay"]), Self.info)?.hasPrefix("there is no line \"slave0.delay\"") == true)
        #expect(failure(.lines(names: ["role"]), Self.info) == "\"role\" is \"master\", which is not a number")
        #expect(
            failure(.linesHold([filter("role", "slave"), filter("rule", "x")]), Self.info)?.hasPrefix(
                "there is no line \"rule\"") == true)
        #expect(failure(.lines(names: ["a"]), "a:1\na:2\n") == "the line \"a\" occurs more than once")
        #expect(
            failure(.lines(names: ["a"]), "# a:1\n\nnothing here\n")
                == "\"# a:1  nothing here\" has no line name:value or name=value")
    }

    @Test("JSON: the number at a path, in quotes or not, a truth value, a count")
    func json() throws {
        let document = #"{"pool": [{"active": 7, "idle": "3"}], "ok": true, "none": null, "text": "äöü"}"#
        func path(_ source: String, counts: Bool = false) throws -> any ProbeFormat {
            .json(try JSONPath(parsing: source), counts: counts)
        }
        #expect(value(try path("$.pool[0].active"), document) == 7)
        #expect(value(try path("$.pool[-1].idle"), document) == 3)
        #expect(value(try path("$.ok"), document) == 1)
        #expect(value(try path("$.pool", counts: true), document) == 1)
        #expect(value(try path("$.pool[0]", counts: true), document) == 2)
        #expect(value(try path("$.text", counts: true), document) == 3)
        #expect(value(try path("$"), " 12 ") == 12)
        let valid = #"{"pool": [{"active": 7}], "none": null, "text": "ä"}"#
        #expect(failure(try path("$.pool[1]"), valid) == "the JSON has nothing at $.pool[1]")
        #expect(failure(try path("$.pool[-2]"), valid) == "the JSON has nothing at $.pool[-2]")
        #expect(failure(try path("$.pool.x"), valid) == "the JSON has nothing at $.pool.x")
        #expect(failure(try path("$.pool"), valid) == "$.pool is a list, which is not a number")
        #expect(failure(try path("$.none"), valid) == "$.none is null, which is not a number")
        #expect(failure(try path("$.text"), valid) == "$.text is \"ä\", which is not a number")
        #expect(failure(try path("$.none", counts: true), valid) == "$.none is null, which has no count")
        #expect(failure(try path("$.a"), "{") == "\"{\" is not JSON")
        #expect(failure(try path("$.a"), "") == "an empty text is not JSON")
    }

    @Test("A document nested without end, and bytes of any kind, are refused and not fatal")
    func hostile() throws {
        let formats: [any ProbeFormat] = [
            .number, .json(try JSONPath(parsing: "$.a[0]"), counts: false),
            .csv(columns: ["a"], filters: [filter("b", "c")]),
            .lines(names: ["a.b"]), .linesHold([filter("a", "b")]),
            .prometheus(metrics: ["a"], labels: [filter("b", "c")]),
        ]
        let whole = [
            "{\"a\": [1, \"2\"]}", "a,b\n1,c\n\"2\",\"c\"\n", "a:b=1,c=2\na.b=7\n",
            "# TYPE a counter\na{b=\"c\",d=\"\\\"\\\\\\n\"} 1 2 # {x=\"y\"} 3\n",
        ]
        var texts = [
            Array(repeating: UInt8(ascii: "["), count: 1 << 20), Array(repeating: UInt8(ascii: "{"), count: 1 << 16),
            Array(repeating: UInt8(ascii: "\""), count: 1 << 16), Array(repeating: UInt8(ascii: "a"), count: 1 << 20),
            Array(repeating: UInt8(ascii: ":"), count: 1 << 16), Array(repeating: UInt8(ascii: "\n"), count: 1 << 16),
            [], [0],
            Array("{\"a\":".utf8) + Array(repeating: UInt8(ascii: "9"), count: 1 << 16),
        ]
        var random = SystemRandomNumberGenerator()
        for text in whole.map({ Array($0.utf8) }) {
            for end in text.indices { texts.append(Array(text[..<end])) }
            for _ in 0..<200 {
                var mutated = text
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    mutated[Int.random(in: mutated.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                texts.append(mutated)
            }
        }
        for text in texts {
            for format in formats {
                switch read(format, text) {
                case .success(let number): #expect(number.isFinite)
                case .failure(let failure): #expect(!failure.reason.isEmpty && failure.reason.utf8.count < 2_000)
                }
            }
        }
    }
}

import Drills
import Generator
import Measures
import Scenarios

/// What a drill reads that others may have written: its journal, answers to the final read, its scenario.
extension TextTarget {
    /// All of them.
    static let ofDrills = [journals, finalReads, drills]

    private static let begun =
        #"{"begun":{"_0":{"at":"2026-01-01T00:00:00Z","boot":"b","folder":"/","number":1,"process":{"id":7,"started":9},"#

    /// The journal as `loadgate recover` reads it. What it says is not carried out here.
    private static let journals = TextTarget(
        "journals of faults",
        [
            #"{"opened":{"at":"2026-01-01T00:00:00Z","by":"run","process":7,"version":1}}"# + "\n" + begun
                + #""recovery":[],"source":"kill a"}}}"# + "\n{\"applied\":{\"fault\":1}}\n",
            begun + #""recovery":[{"run":{"_0":[{"pieces":[{"literal":{"_0":"true"}},{"secret":{"coding":"percent","#
                + #""source":"${env:T}"}}]}],"seconds":10}},{"resume":{"_0":[{"id":7,"started":9}]}}],"source":"x"}}}"#
                + "\n{\"undone\":{\"evidence\":\"e\",\"fault\":1}}\n",
            begun + #""recovery":[{"raiseLink":{"link":"eth0","namespace":"n"}},{"dropBlackhole":{"namespace":"n","#
                + #""network":"10.0.0.0/8"}}],"source":"cut n eth0"}}}"#
                + "\n{\"left\":{\"fault\":1,\"problem\":\"p\"}}\n",
        ],
        words: [
            "\n", "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "1e999", "99999999999999999999", "\\ud800", "\0",
            "\"_0\":", "{\"undone\":{\"evidence\":\"\",\"fault\":1}}\n", "\"literal\"", "\"number\":2",
        ], share: 20
    ) { bytes in
        func faults(_ bytes: [UInt8]) -> [JournaledFault]? {
            do throws(JournalProblem) { return try FaultJournal.openFaults(of: bytes) } catch { return nil }
        }
        let found = faults(bytes)
        // A line that is not whole was never acted upon: it changes nothing.
        precondition(faults(bytes + Array("{\"beg".utf8)) == found, "a line that is not whole says something")
        return found.map { $0.map { "\($0.number) \($0.source) \($0.recovery.map(\.words))" }.joined(separator: "\n") }
    }

    /// A drill with all that its language has.
    private static let whole = """
        name: d
        target: http://127.0.0.1:8080
        services: {a: {command: [./a, --port, "8080"], ready: tcp://127.0.0.1:8080}}
        proxies: {p: {listen: "127.0.0.1:15432", upstream: "127.0.0.1:5432"}}
        flows: {f: {steps: [{name: w, post: /o, json: {id: "${write.id}"}}]}}
        load: [{arrivals: 50/s, for: 60s}]
        probes: {leader: {command: [./leader], every: 1s}}
        drill:
          steady: 10s
          settle: 10s
          answered_by: X-Region
          roles: {probe: leader}
          limits: {outage: 2m, errors: 20%}
          timeline:
            - {at: 15s, fault: kill a, effective: tcp 127.0.0.1:8080 refused}
            - {at: 16s, fault: latency p 300ms jitter 50ms upstream toxicity 50%}
            - {at: 17s, fault: slice p 64B vary 32B pause 10ms}
            - {at: 18s, fault: bandwidth p 100KiB/s}
            - {at: 20s, name: m, fault: {run: [fly, stop, "1"]}, undo: {run: [fly, start, "1"]}}
            - {at: 21s, fault: {post: "http://127.0.0.1/x"}, undo: none, effective: http http://127.0.0.1/ failing}
            - {at: 40s, restore: a}
          audit:
            write: w
            rate: 200/s
            read: {get: "/o/${write.id}", found: "json $.found == true", applied: json $.count, version: "json $.v[0]"}
        objectives: [errors < 1%, rto < 30s, outage of f < 20s, lost_writes == 0, rpo < 1h, stale_reads == 0]
        """

    private static let reader = ScenarioReader(environment: [:], kinds: ScenarioKinds())

    /// What may stand in a scenario's drill.
    private static let drills = TextTarget(
        "scenarios of drills", [whole],
        words: [
            "\n", "  ", "- ", ": ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a", "!!str ", "<<: ", "| ", "~",
            "at: -1s",
            "cut n l", "unroute n 10.0.0.0/8", "switch x 127.0.0.2", "reset p after 1s", "limit_data p 1KiB",
            "99999999999999999999h", "1e308s", "0s", "${write.id}", "${env:X}", "toxicity 150%", "restore: zz",
            "names: ",
        ], share: 200
    ) { bytes in
        do throws(InvalidScenario) {
            let scenario = try reader.read(String(decoding: bytes, as: UTF8.self), file: "fuzz.yaml")
            return scenario.drill.map { "\($0)" }
        } catch {
            precondition(!error.problems.isEmpty, "a scenario is refused without a reason")
            return nil
        }
    }

    /// What the answers to the final read say.
    private static let finalReads = TextTarget(
        "answers to the final read",
        [
            #"{"found":true,"count":1,"v":[3]}"#, #"{"count":"2","found":false,"v":[-7,1.5]}"#,
            #"{"a":{"count":1},"count":9223372036854775807,"v":[],"é":"\u00e9\ud83d\ude00"}"#, "[]", "null",
        ],
        words: [
            "{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "9223372036854775808", "-9223372036854775809",
            "1e999",
            "\"count\":", "\"found\":", "true", "\"v\":[", "\0",
        ]
    ) { bytes in
        guard let read = audited else { preconditionFailure("the scenario of these targets is not valid") }
        var observed = answer
        observed.status = 200
        observed.body = bytes
        observed.bodyLength = bytes.count
        let found = AnswerCheck(read.found).holds(observed)
        let applied = read.applied.flatMap { AnswerCheck.number(at: $0, in: observed) }
        let version = read.version.flatMap { AnswerCheck.number(at: $0, in: observed) }
        // Of a body of which only the beginning was kept nothing is known.
        observed.bodyLength += 1
        precondition(AnswerCheck(read.found).holds(observed) == nil, "half an answer says something")
        return found == true || applied != nil ? "\(found as Any) \(applied as Any) \(version as Any)" : nil
    }

    private static let audited: AuditRead? = (try? reader.read(whole, file: "fuzz.yaml"))?.drill?.audit?.read

    private static let answer = ObservedExchange(
        planned: PlannedExchange(isSecure: false, host: "127.0.0.1", port: 1, target: "/"),
        sent: Instant(nanoseconds: 0),
        received: Instant(nanoseconds: 1), outcome: .ok)
}

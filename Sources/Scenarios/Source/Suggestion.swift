/// Finds the name that was probably meant.
package enum Suggestion {
    private static let maximumNames = 1000

    /// What users of k6, Gatling, Artillery, Locust and JMeter type, in lower case, and what it is called here; where there
    /// are several, the first one that fits the place.
    private static let otherTools: [String: [String]] = [
        "vus": ["users", "load"], "virtualusers": ["users"], "threads": ["users"], "concurrency": ["users"],
        "concurrent": ["users"], "maxvus": ["max_users"], "maxvusers": ["max_users"], "preallocatedvus": ["max_users"],
        "rate": ["arrivals", "load"], "rps": ["arrivals"], "arrivalrate": ["arrivals"], "arrival_rate": ["arrivals"],
        "qps": ["arrivals"], "startrate": ["arrivals"], "arrivalcount": ["iterations"],
        "loops": ["iterations", "repeat"], "loop": ["repeat"], "times": ["repeat"],
        "foreach": ["repeat"], "while": ["until"], "dowhile": ["until"], "aslongas": ["until"],
        "transaction": ["group"],
        "duration": ["for", "load"], "hold": ["for"], "time": ["for"], "gracefulstop": ["graceful_stop"],
        "sleep": ["pause"], "wait": ["pause"], "think": ["pause"], "thinktime": ["pause"], "think_time": ["pause"],
        "delay": ["pause"], "constantpacing": ["pause"],
        "thresholds": ["objectives"], "ensure": ["objectives"], "assertions": ["checks", "objectives"],
        "slo": ["objectives"], "slos": ["objectives"], "expectations": ["checks"],
        "stages": ["load"], "phases": ["load"], "executor": ["load"], "options": ["load"], "inject": ["load"],
        "scenarios": ["flows"], "scenario": ["flows"], "tasks": ["flows", "steps"], "flow": ["flows", "steps"],
        "requests": ["steps"], "exec": ["steps", "flows"], "starttime": ["start"], "start_time": ["start"],
        "offset": ["start"], "url": ["get"], "baseurl": ["target"], "base_url": ["target"],
        "host": ["target"], "env": ["data"], "variables": ["data"], "payload": ["data"], "feeders": ["data"],
        "feed": ["data"], "match": ["checks"], "check": ["checks"], "validate": ["checks"], "qs": ["get"],
        "extract": ["capture"], "saveas": ["capture"], "iftrue": ["when"], "setup": ["login"], "before": ["login"],
        "http_req_duration": ["response_time"], "latency": ["response_time"], "responsetime": ["response_time"],
        "http_req_failed": ["errors"], "error_rate": ["errors"], "failed": ["errors"], "http_reqs": ["throughput"],
        "http_req_waiting": ["first_byte"], "http_req_connecting": ["connect"],
        "iteration_duration": ["iteration_time"], "group_duration": ["group_time"],
        "ttft": ["first_event"], "itl": ["event_gap"], "tpot": ["event_gap"], "sse": ["events"], "stream": ["events"],
        "http_req_tls_handshaking": ["tls"], "dropped_iterations": ["dropped"],
    ]

    /// The nearest name, unless none is near.
    package static func nearest(to word: String, among names: some Sequence<String>) -> String? {
        let lowered = word.lowercased()
        guard lowered.utf8.count <= 64 else { return nil }
        let letters = Array(lowered)
        let limit = max(1, letters.count / 3)
        var best: (name: String, distance: Int)?
        // Bounded: a file may have thousands of steps and as many wrong selectors.
        for name in names.prefix(maximumNames) where !name.isEmpty && name.utf8.count <= 128 {
            let candidate = Array(name.lowercased())
            guard abs(candidate.count - letters.count) <= limit else { continue }
            let distance = distance(letters, candidate)
            // Another letter throughout is another word: "2" is not near "9".
            guard distance < max(letters.count, candidate.count) else { continue }
            // Of names equally near, the first: lists of names are in the order of the documentation.
            if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// ` (did you mean "name"?)`, or what else there is to choose from.
    package static func hint(for word: String, among names: [String], otherwise label: String? = nil) -> String {
        if let name = otherTools[word.lowercased()]?.first(where: names.contains) {
            return " (did you mean \"\(name)\"?)"
        }
        if let name = nearest(to: word, among: names) { return " (did you mean \"\(name)\"?)" }
        guard let label, !names.isEmpty else { return "" }
        let shown = names.prefix(24).joined(separator: ", ")
        return " (\(label): \(shown)\(names.count > 24 ? ", …" : ""))"
    }

    /// Characters to insert, drop, replace or swap with their neighbour (optimal string alignment).
    static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for i in one.indices {
            var row = [i + 1]
            for j in other.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (one[i] == other[j] ? 0 : 1))
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[other.count]
    }
}

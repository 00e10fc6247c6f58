import TestSupport
import Testing

/// `make fuzz`, shortened and without the sanitizer.
@Suite("Mutated inputs") struct FuzzTests {
    @Test("Nothing that reads a server's bytes breaks a rule, in bounded time and memory")
    func inputs() throws {
        // 4,000 inputs for each target, 20 over a connection; another seed each time.
        let run = try Binary("fuzz", ["4000"]).wait()
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains("fuzz: nothing found"))
        for name in [
            "WebSocket sessions", "HTTP/2 sessions", "HTTP/2 answers", "HTTP/2 answers, libcurl",
            "HTTP/1.1 answers, libcurl",
            "answers beside the load", "journals of faults", "answers to the final read", "scenarios of drills",
            "the fault proxy's API", "questions to the name server", "answers to pushed figures",
        ] {
            #expect(run.output.contains("fuzz: \(name): "))
        }
    }
}

import Generator
import Glibc
import Measures

/// Feeds mutated inputs to what reads a server's bytes. For development: `make fuzz` builds it with the address sanitizer.
/// Ends with code 1 at the first input that breaks a rule, and with the sanitizer's report at one that touches memory that
/// is not its own.
@main
struct FuzzCommand {
    private static let usage =
        "usage: fuzz [COUNT [SEED]]   (inputs for each target, 1000000; seed, chosen by chance)"

    /// Of so many inputs one is sent over a connection, to targets that have one.
    private static let connectionShare: UInt64 = 200

    /// Of so many inputs one is given to sessions of HTTP/2: each begins two of them, with tables of their own.
    private static let sessionShare: UInt64 = 4

    /// Of so many inputs one is sent to a drill's own servers.
    private static let serverShare: UInt64 = 20

    /// MiB that no number of inputs may go beyond, the sanitizer's own included (scripts/fuzz bounds that).
    private static let memoryBound = 320

    static func main() {
        let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) }
        guard arguments.count <= 2, !arguments.contains(nil) else {
            say(usage)
            exit(64)
        }
        let count = (arguments.first ?? nil) ?? 1_000_000
        let seed = (arguments.dropFirst().first ?? nil) ?? UInt64.random(in: 0..<1_000_000_000)
        say("fuzz: seed \(seed), \(count) inputs for each target; again with: make fuzz COUNT=\(count) SEED=\(seed)")
        run(ResponseTarget(), count: count, seed: seed)
        run(FrameTarget(), count: count, seed: seed)
        run(EventTarget(), count: count, seed: seed)
        run(InflateTarget(), count: count, seed: seed)
        run(SessionTarget(), count: count, seed: seed)
        run(HTTP2SessionTarget(), count: max(1, count / sessionShare), seed: seed)
        run(APIRequestTarget(), count: count, seed: seed)
        run(PushAnswerTarget(), count: max(1, count / sessionShare), seed: seed)
        for target in TextTarget.all { run(target, count: max(1, count / target.share), seed: seed) }
        // A connection each.
        for target in TransportTarget.all { run(target, count: max(1, count / connectionShare), seed: seed) }
        run(ProxyAPITarget(), count: max(1, count / serverShare), seed: seed)
        do throws(BrokenRule) {
            run(try NameServerTarget(), count: max(1, count / serverShare), seed: seed)
        } catch {
            say("fuzz: \(error.what)")
            exit(1)
        }
        let memory = memoryUsed
        guard memory <= memoryBound else {
            say("fuzz: \(memory) MiB of memory were used, more than \(memoryBound)")
            exit(1)
        }
        say("fuzz: nothing found; at most \(memory) MiB of memory, the sanitizer's included")
    }

    /// MiB of memory at most so far.
    private static var memoryUsed: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }

    private static func run(_ target: some FuzzTarget, count: UInt64, seed: UInt64) {
        var target = target
        let mutator = Mutator(corpus: target.corpus, words: target.words)
        let begin = clock()
        var valid: UInt64 = 0
        var bytes = 0
        for round in 0..<count {
            // Each input hangs on seed and round alone.
            var random = SeededRandom(seed: SeededRandom.number(seed: seed, index: round))
            let input = mutator.input(&random)
            bytes += input.count
            do throws(BrokenRule) {
                if try target.check(input, random: &random) { valid += 1 }
            } catch {
                say("fuzz: \(target.name): \(error.what)\n  seed \(seed), input \(round): \(hexadecimal(input))")
                exit(1)
            }
        }
        target.release()
        let seconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC)
        say(
            "fuzz: \(target.name): \(count) inputs of \(bytes) bytes, \(valid) of them valid, \(Int(seconds.rounded())) s, "
                + "\(memoryUsed) MiB")
    }

    /// Prints at once: after a report of the sanitizer nothing more is printed.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.prefix(4096).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

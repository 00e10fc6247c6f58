public import ArgumentParser
import Credentials
import Foundation
import Loadgate
public import Scenarios

/// `loadgate URL`: load without a file.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Send load to one URL: loadgate http://127.0.0.1:8080/ --users 64 --for 10s",
        discussion: ManualPage(
            description: """
                With --users a closed load: each user sends its next request when it has its answer. With --rate an open \
                load: requests go out at that rate, whatever the target does. Without any of them 10 users run for 10 s. \
                The run fails when any request does.

                The word load may be left out: loadgate URL. The URL is taken as it is: ${…} has no meaning in it.
                """,
            examples: [
                ("loadgate http://127.0.0.1:8080/ --users 64 --for 10s", "64 users, one request after the other"),
                ("loadgate http://127.0.0.1:8080/ --rate 500/s --for 1m", "500 requests a second"),
                (
                    "loadgate http://127.0.0.1:8080/items --body '{\"id\": 1}' -H 'X-API-Key: one'",
                    "a POST, with a header field"
                ),
                (
                    "loadgate https://staging.example/ --authorise staging.example --rate 20/s",
                    "a host that isn't this machine"
                ),
            ],
            files: [
                ("DIR/result.json", "everything that was measured (loadgate schema result)"),
                ("DIR/progress.jsonl", "a line a second, written at once"),
            ],
            seeAlso: ["loadgate run", "docs/scenario-language.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("Where to send requests.", valueName: "url"))
    var url: String

    @Option(help: ArgumentHelp("How many users send requests, one after the other. (default: 10)", valueName: "n"))
    var users: Int?

    @Option(help: ArgumentHelp("Requests per second, minute or hour, e.g. 500/s.", valueName: "rate"))
    var rate: String?

    @Option(help: ArgumentHelp("Requests in all, instead of a duration.", valueName: "n"))
    var iterations: Int?

    @Option(name: .customLong("for"), help: ArgumentHelp("How long. (default: 10s)", valueName: "duration"))
    var duration: String?

    @Option(help: ArgumentHelp("How long a request may take.", valueName: "duration"))
    var timeout = "10s"

    @Option(name: .shortAndLong, help: ArgumentHelp("The request's method.", valueName: "method"))
    var method: Step.Method?

    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("A header field of the request; repeatable.", valueName: "name: value"))
    var header: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the request carries; makes it a POST unless --method says otherwise.", valueName: "text"))
    var body: String?

    @Option(help: "How users get connections: per_user, shared or fresh.")
    var connections: Defaults.Connections = .perUser

    @Option(help: "What carries requests: auto, native or curl.")
    var transport: Defaults.Transport = .auto

    @Flag(help: "Speak HTTP/2: by ALPN over TLS, with prior knowledge otherwise.")
    var http2 = false

    @Option(
        help: ArgumentHelp("A PEM file of authorities to trust instead of the system's.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var ca: String?

    @Flag(help: "Don't verify the server's certificate.")
    var insecure = false

    @OptionGroup var options: RunOptions

    func validate() throws {
        if let problem = FirstWord.problem(ofURL: url) { throw ValidationError(problem) }
    }

    func run() throws {
        let interruption = Interruption.bySignals()
        try reportingErrors(interruption) {
            var scenario = try Scenario.oneLine(
                url: url, method: method ?? (body == nil ? .get : .post), headers: try header.map(Self.field),
                body: body, users: users, iterations: iterations, rate: rate, duration: duration, timeout: timeout,
                connections: connections, transport: transport, version: http2 ? .http2 : .http1, authorities: ca,
                verifies: !insecure)
            scenario.takeDefaultObjective()
            scenario.secrets = Self.secrets(of: try header.map(Self.field))
            let settings = try options.settings(in: ProcessInfo.processInfo.environment)
            let keys = options.keys(settings)
            defer { keys?.stop() }
            let outcome = try scenario.run(
                settings: settings, interruption: interruption, listener: options.output.listener)
            try options.finish(outcome, interruption)
        }
    }

    /// What stands in header fields such as `Authorization`: the value, behind its scheme, and what base64 makes of a user
    /// and a password (RFC 7617).
    private static func secrets(of fields: [(String, String)]) -> Secrets {
        var secrets = Secrets()
        for (name, value) in fields where SensitiveName.isHeader(name) {
            let words = value.split(separator: " ", maxSplits: 1)
            let value = words.count == 2 ? String(words[1]) : value
            secrets.add(value, shown: "***")
            guard words.first?.lowercased() == "basic", let pair = Data(base64Encoded: value),
                let password = String(decoding: pair, as: UTF8.self).split(separator: ":", maxSplits: 1).last
            else { continue }
            secrets.add(String(password), shown: "***")
        }
        secrets.prepare()
        return secrets
    }

    private static func field(_ text: String) throws -> (String, String) {
        guard let colon = text.firstIndex(of: ":") else {
            throw ValidationError("--header wants 'name: value', got '\(text)'")
        }
        return (String(text[..<colon]), text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
}

extension Step.Method: ExpressibleByArgument {
    /// The method of a name, in any case.
    public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}

extension Defaults.Connections: ExpressibleByArgument {}

extension Defaults.Transport: ExpressibleByArgument {}

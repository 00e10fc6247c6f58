import CLinux
public import Foundation
import Glibc

/// A headless Chromium that a test looks at a page with, driven by the DevTools protocol over a pair of pipes. It knows no
/// host but loopback, keeps its profile in a folder of its own, and ends with the last reference.
///
/// https://chromedevtools.github.io/devtools-protocol/
public final class Chromium {
    /// What went on while a page was loaded and used.
    public struct Log: Equatable {
        /// Errors and warnings of the console, of the content policy and of scripts.
        public var complaints: [String] = []
        /// What was asked for, the page itself included.
        public var requests: [String] = []
    }

    /// What a page is shown on.
    public struct Screen: Sendable {
        /// The width in CSS pixels.
        public var width: Int
        /// Whether a dark scheme is preferred.
        public var isDark: Bool
        /// Whether scripts run.
        public var hasScripts: Bool

        /// Makes a screen.
        public init(width: Int, isDark: Bool = false, hasScripts: Bool = true) {
            self.width = width
            self.isDark = isDark
            self.hasScripts = hasScripts
        }
    }

    /// What has gone on since the page was opened.
    public private(set) var log = Log()

    private let process = Process()
    private let folder: TemporaryFolder
    private let commands: Int32
    private let answers: Int32
    private var session: String?
    private var number = 0
    private var buffer: [UInt8] = []
    private var isLoaded = false

    /// Starts it.
    public init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let pipes = ["commands", "answers"].map { "\(folder.path)/\($0)" }
        for pipe in pipes where mkfifo(pipe, 0o600) != 0 { throw TestFailure("no pipe: \(errno)") }
        // Open for both, so that neither side waits for the other.
        commands = open(pipes[0], O_RDWR | O_CLOEXEC)
        answers = open(pipes[1], O_RDWR | O_CLOEXEC | O_NONBLOCK)
        guard commands >= 0, answers >= 0 else { throw TestFailure("no pipe: \(errno)") }
        let program = try ServerProcess.path(of: "chromium")
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        // Chromium reads its commands from descriptor 3 and answers on 4.
        process.arguments = [
            "-c", #"exec "$0" "$@" 3<"$PIPES/commands" 4>"$PIPES/answers""#, program, "--headless", "--no-sandbox",
            "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage", "--disable-background-networking",
            "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(folder.path)/profile",
            "--remote-debugging-pipe",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["PIPES": folder.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] ?? ""
        session = try call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"] as? String
        for domain in ["Page", "Runtime", "Log", "Network"] { _ = try call("\(domain).enable") }
    }

    deinit {
        // Its helpers end with it.
        kill(process.processIdentifier, SIGTERM)
        if !Wait.until(within: 5, { !self.process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        close(commands)
        close(answers)
    }

    /// Opens a file and waits until it is loaded.
    public func show(file: String, on screen: Screen) throws {
        _ = try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": screen.width, "height": 900, "deviceScaleFactor": 1, "mobile": false])
        _ = try call(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": screen.isDark ? "dark" : "light"]]])
        _ = try call("Emulation.setScriptExecutionDisabled", ["value": !screen.hasScripts])
        log = Log()
        isLoaded = false
        _ = try call("Page.navigate", ["url": "file://\(file)"])
        let end = Date().addingTimeInterval(60)
        while !isLoaded { take(try message(until: end)) }
    }

    /// The value of an expression of JavaScript, which JSON can express. It works without the page's own scripts too.
    public func value(_ expression: String) throws -> Any? {
        let answer = try call("Runtime.evaluate", ["expression": expression, "returnByValue": true])
        if let exception = answer["exceptionDetails"] { throw TestFailure("\(expression): \(exception)") }
        return (answer["result"] as? [String: Any])?["value"]
    }

    /// The number that an expression gives.
    public func number(_ expression: String) throws -> Double {
        guard let number = try value(expression) as? Double else { throw TestFailure("no number: \(expression)") }
        return number
    }

    /// The text that an expression gives.
    public func text(_ expression: String) throws -> String {
        guard let text = try value(expression) as? String else { throw TestFailure("no text: \(expression)") }
        return text
    }

    /// A picture of the whole page as a PNG, at most `height` pixels of it.
    public func picture(height: Double = 16_000) throws -> Data {
        let size = try [
            number("document.documentElement.clientWidth"), number("document.documentElement.scrollHeight"),
        ]
        let clip: [String: Any] = ["x": 0, "y": 0, "width": size[0], "height": min(height, size[1]), "scale": 1]
        return try data("Page.captureScreenshot", ["captureBeyondViewport": true, "clip": clip])
    }

    /// The page as it is printed.
    public func print() throws -> Data { try data("Page.printToPDF", ["printBackground": true]) }

    // MARK: - Protocol

    private func data(_ method: String, _ parameters: [String: Any]) throws -> Data {
        guard let text = try call(method, parameters)["data"] as? String, let data = Data(base64Encoded: text) else {
            throw TestFailure("\(method): no data")
        }
        return data
    }

    /// Sends a command and waits for its answer, a minute at most.
    private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var command: [String: Any] = ["id": number, "method": method, "params": parameters]
        if let session { command["sessionId"] = session }
        var bytes = Array(try JSONSerialization.data(withJSONObject: command)) + [0]
        while !bytes.isEmpty {
            let count = write(commands, bytes, bytes.count)
            guard count > 0 else { throw TestFailure("Chromium takes no command: \(errno)") }
            bytes.removeFirst(count)
        }
        let end = Date().addingTimeInterval(60)
        while true {
            let answer = try message(until: end)
            guard answer["id"] as? Int == number else {
                take(answer)
                continue
            }
            if let error = answer["error"] { throw TestFailure("\(method): \(error)") }
            return answer["result"] as? [String: Any] ?? [:]
        }
    }

    /// The next message: JSON, a zero byte at its end.
    private func message(until end: Date) throws -> [String: Any] {
        while true {
            if let zero = buffer.firstIndex(of: 0) {
                let data = Data(buffer[..<zero])
                buffer.removeFirst(zero + 1)
                return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
            }
            var waiting = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else {
                guard process.isRunning, Date() < end else { throw TestFailure("Chromium does not answer") }
                continue
            }
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(answers, &chunk, chunk.count)
            if count > 0 { buffer += chunk[..<count] }
        }
    }

    private func take(_ event: [String: Any]) {
        let parameters = event["params"] as? [String: Any] ?? [:]
        switch event["method"] as? String {
        case "Page.loadEventFired": isLoaded = true
        case "Network.requestWillBeSent":
            log.requests.append((parameters["request"] as? [String: Any])?["url"] as? String ?? "?")
        case "Log.entryAdded", "Runtime.exceptionThrown": log.complaints.append("\(parameters)")
        case "Runtime.consoleAPICalled": log.complaints.append("\(parameters["args"] ?? "")")
        default: break
        }
    }
}

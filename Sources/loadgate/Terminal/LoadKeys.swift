import Dispatch
import Glibc
import Loadgate
import NIOConcurrencyHelpers

/// Keys that change the load while it runs: `+`, `-` and the space bar; digits choose one of several loads, `0` all of them.
///
/// The terminal gives keys one by one meanwhile, and shows none of them. It gets its own settings back at the end, and when
/// the process exits by itself; Ctrl-C and Ctrl-Z do what they do.
///
/// `@unchecked Sendable`: what is not behind the lock is confined to the queue.
final class LoadKeys: @unchecked Sendable {
    /// The settings that the terminal had; for the handler at exit, which knows nothing else.
    private static let saved = NIOLockedValueBox<termios?>(nil)

    private let control: LoadControl
    private let queue = DispatchQueue(label: "loadgate.keys")
    private let source: any DispatchSourceRead
    private let returns: any DispatchSourceSignal
    /// On the queue: the load that is meant, by its number; nil: all.
    private var load: Int?

    /// What the keys do, for people.
    static let hint = "keys: + and - change the rate by a tenth of the plan, space pauses and goes on"

    /// True where there is a terminal to take keys from.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 }

    /// Takes keys from now on.
    init(_ control: LoadControl) {
        self.control = control
        source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: queue)
        returns = DispatchSource.makeSignalSource(signal: SIGCONT, queue: queue)
        source.setEventHandler { [self] in take() }
        // A shell gives the terminal settings of its own to whoever is stopped.
        returns.setEventHandler { Self.setKeyByKey() }
        atexit { LoadKeys.restore() }
        Self.setKeyByKey()
        source.resume()
        returns.resume()
    }

    /// Takes no more keys.
    func stop() {
        source.cancel()
        returns.cancel()
        Self.restore()
    }

    private func take() {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else {
            if count == 0 || errno != EINTR { source.cancel() }
            return
        }
        for byte in bytes.prefix(count) { take(byte) }
    }

    private func take(_ key: UInt8) {
        switch key {
        case UInt8(ascii: "+"), UInt8(ascii: "="): control.obey(LoadOrder(.step(1), load: load))
        case UInt8(ascii: "-"), UInt8(ascii: "_"): control.obey(LoadOrder(.step(-1), load: load))
        case UInt8(ascii: " "): control.obey(LoadOrder(.pauseOrGoOn, load: load))
        case UInt8(ascii: "0"): choose(nil)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): choose(Int(key - UInt8(ascii: "1")))
        default: break
        }
    }

    private func choose(_ load: Int?) {
        let names = control.names
        if let load, !names.indices.contains(load) { return }
        self.load = load
        if !names.isEmpty { Console.note("keys are for \(load.map { "load \(names[$0])" } ?? "all loads")") }
    }

    private static func setKeyByKey() {
        // Whoever changes a terminal from the background is stopped.
        guard isPossible, tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved.withLockedValue { if $0 == nil { $0 = settings } }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    private static func restore() {
        saved.withLockedValue { saved in
            guard var settings = saved, tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
            saved = nil
        }
    }
}

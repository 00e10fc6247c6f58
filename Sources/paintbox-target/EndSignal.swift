import Dispatch
import Foundation

/// SIGTERM and SIGINT, by which the process is asked to end.
struct EndSignal {
    private let ended = DispatchSemaphore(value: 0)
    private let sources: [any DispatchSourceSignal]

    /// Takes the signals from now on: before threads are made, which would otherwise be ended by them. SIGPIPE is ignored: a
    /// client that has gone ends nothing.
    init() {
        signal(SIGPIPE, SIG_IGN)
        sources = [SIGTERM, SIGINT].map { [ended] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { ended.signal() }
            source.resume()
            return source
        }
    }

    /// Waits for the first of them.
    func wait() {
        ended.wait()
        sources.forEach { $0.cancel() }
    }
}

import Dispatch
import Glibc
import Loadgate

extension Interruption {
    /// An interruption by SIGINT, SIGTERM and SIGHUP (the terminal was closed). SIGPIPE is ignored: a closed output must not
    /// end a run.
    static func bySignals() -> Interruption {
        let interruption = Interruption()
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // Handler and source keep each other: signals are taken for as long as the process lives.
            source.setEventHandler {
                interruption.interrupt()
                _ = source
            }
            source.resume()
        }
        return interruption
    }
}

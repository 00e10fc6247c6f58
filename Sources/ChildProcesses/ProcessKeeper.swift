internal import CKeeper
internal import CLinux
internal import Glibc
internal import NIOConcurrencyHelpers

/// This process's keeper, which starts its programs (see keeper.h). There is one, made when it is first asked for.
public enum ProcessKeeper {
    /// The socket that it is asked over; nil before the first time.
    private static let socket = NIOLockedValueBox<Int32?>(nil)

    /// Makes the keeper, if there is none yet. It is a fork of this process, so a small process makes a small one, and no
    /// memory is copied later on the way of a request: call it before anything else.
    public static func prepare() {
        socket.withLockedValue { if $0 == nil { $0 = started() } }
    }

    /// Asks for a warden that follows a program. Gives 0 or an error's number.
    static func ask(channel: Int32, request: Int32, input: Int32, output: Int32, errors: Int32) -> Int32 {
        socket.withLockedValue { socket in
            // One that was killed is replaced, once.
            for attempt in 0..<2 {
                guard let keeper = socket ?? started() else { return EAGAIN }
                socket = keeper
                let error = loadgate_keeper_ask(keeper, channel, request, input, output, errors)
                guard error == -EPIPE || error == -ECONNRESET, attempt == 0 else { return -error }
                close(keeper)
                socket = nil
            }
            return EPIPE
        }
    }

    private static func started() -> Int32? {
        let socket = loadgate_keeper_start()
        return socket < 0 ? nil : socket
    }
}

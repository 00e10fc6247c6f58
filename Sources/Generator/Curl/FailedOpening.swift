import CCurl
import Glibc
import Measures

/// A connection that failed in TLS while others waited to share it.
struct FailedOpening {
    private let target: CurlRequestTemplate.HopTarget
    private let words: [CChar]
    private let instant: Instant
    /// How libcurl calls it.
    let result: CURLcode

    /// Nil where it was not TLS that failed.
    init?(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ result: CURLcode) {
        guard result != CURLE_OK, CurlOutcome.outcome(of: CurlOutcome.Failure(code: result, requested: false)) == .tls,
            let location = transfer.pointee.template?.pointee.location
        else { return nil }
        target = location.pointee
        words = Array(UnsafeBufferPointer(start: transfer.pointee.errorText, count: Int(CURL_ERROR_SIZE)))
        instant = ReactorClock.now()
        self.result = result
    }

    /// True where a transfer was waiting for a connection to the same origin.
    func explains(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard instant >= transfer.pointee.started, let other = transfer.pointee.template?.pointee.location else {
            return false
        }
        return other.pointee.host == target.host && other.pointee.location == target.location
    }

    /// Gives the transfer libcurl's words.
    func say(in transfer: UnsafeMutablePointer<CurlTransfer>) {
        for (index, character) in words.enumerated() { transfer.pointee.errorText[index] = character }
    }
}

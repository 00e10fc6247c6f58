import CCurl
import Measures

/// A place for an exchange: an easy handle with the settings of one step, and what its request is rendered into. A plain
/// value in the transport's table, which never moves, so that libcurl's callbacks are given its address.
struct CurlTransfer: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable {
        /// Without a request.
        case idle
        /// Carries an exchange.
        case active
        /// Its exchange has ended and waits to be taken.
        case completed
    }

    /// How far the request at hand has come; a redirect or a challenge makes another one.
    enum Phase: UInt8, BitwiseCopyable {
        /// There is no connection for it yet.
        case waiting
        /// It was handed to a connection.
        case requested
        /// Its answer has begun.
        case answering
    }

    /// Why we ended a transfer ourselves.
    enum Fault: BitwiseCopyable, Equatable {
        case none
        /// The way leads to a host that requests may not go to.
        case notAuthorised
        /// The host's name has moved to where requests may not go.
        case moved
        /// A kept connection broke before the answer, and libcurl was about to send the request a second time.
        case keptConnection
        /// The answer's head is none, or too large.
        case head(ResponseFailure)
        case tooManyInterimResponses
        case unexpectedUpgrade
        /// The peer closed before the answer's head was complete, which libcurl takes for an answer.
        case closedInHead
        /// HTTP/2 was demanded, and the answer is of another version.
        case otherVersion
        /// The connection is to its own socket: nobody listens.
        case connectedToItself
        /// This machine could not make a socket; `faultCode` is its errno.
        case machine
        /// There is no connection to share, and this transfer may not make one.
        case noConnection
        /// The file to send could not be read.
        case file
        /// Its answer was still coming when the timeout was over.
        case late
        /// The run was to end at once.
        case interrupted
        /// Its stream of events gave what was asked of it, and the rest is not waited for.
        case enough
        /// libcurl ended it for its time, some of which this process was held up.
        case stalled
        /// Its connection brought bytes on and on that are no answer, and was cut.
        case heldUp
    }

    /// Memory for a head that an idle place keeps at most.
    static let keptHead = 4 * 1024

    var index: Int32
    var state = State.idle
    /// The step whose settings the handle has; -1: none.
    var step: Int32 = -1
    /// The next idle place with the same step's settings; -1: none.
    var next: Int32 = -1
    var easy: UnsafeMutableRawPointer?
    /// libcurl's words on a failure.
    let errorText: UnsafeMutablePointer<CChar>
    /// The transport, unretained.
    let transport: UnsafeMutableRawPointer
    var template: UnsafePointer<CurlRequestTemplate>?
    var request = CurlRequest()
    /// Which of the transport's tables of names the handle was given last; -1: none.
    var nameTable: Int32 = -1
    /// The endpoint that its step goes to.
    var origin = 0
    /// The timeout that the handle is set to, in milliseconds.
    var timeoutSet = 0
    /// With HTTP/2: it may make a connection where it finds none to share.
    var opens = false
    /// The slot of the user whose cookies the handle is set to; -1: none.
    var cookiesOf: Int32 = -1

    // What follows is of one exchange.

    var kept: UnsafeMutablePointer<KeptAnswer>?
    /// True where the beginning of a body is kept whose status says that something went wrong.
    var keepsExcerpt = false
    /// The outcomes of which the beginning of a body is kept all the same.
    var wanted: EvidenceStore.Wanted = []
    var excerpt = ByteStore()
    /// Events of its answer wait to be recorded.
    var isHeard = false
    var phase = Phase.waiting
    var fault = Fault.none
    var faultCode: Int32 = 0
    /// The host that was refused; on the heap.
    var refused: UnsafeMutablePointer<CChar>?
    var result = CURLE_OK
    /// The system's error; 0 where libcurl knows none.
    var systemError: Int32 = 0
    /// A connection was set up for it, a name was looked up for it.
    var opened = false
    var lookedUp = false
    /// The number of the endpoint's address that its connection leads to, or was last to lead to; -1: not told. And how many
    /// were tried.
    var address: Int32 = -1
    var dialled = 0
    /// The port on this machine of the connection that its request went out on; 0: it did not.
    var localPort: Int32 = 0
    /// The custom method was dropped for a redirect that asks for GET.
    var methodDropped = false
    /// The body was dropped for such a redirect.
    var contentDropped = false
    /// Then the fields without those that describe it; nil where none is left.
    var bodilessFields: UnsafeMutablePointer<curl_slist>?
    /// The answer at hand is none that is followed, whatever its Location says.
    var followsNothing = false
    var inHead = false
    /// The head at hand, as it came.
    var head = ByteStore()
    var status: Int32 = 0
    /// Answers so far, interim ones apart.
    var answers: Int32 = 0
    var interims: Int32 = 0
    var isHTTP2Demanded = false
    var bodyBytes: UInt64 = 0
    /// Of the fields after a body.
    var trailerBytes = 0
    var fileOffset: Int64 = 0
    /// Nanoseconds.
    var timeout: Int64 = 0
    /// How long this process was held up meanwhile, in nanoseconds: time that doesn't count for the timeout.
    var held: Int64 = 0
    var started = Instant(nanoseconds: 0)
    var phases = CurlCompletion.Phases()

    init(index: Int32, errorText: UnsafeMutablePointer<CChar>, transport: UnsafeMutableRawPointer) {
        self.index = index
        self.errorText = errorText
        self.transport = transport
    }

    /// Back to the beginning, for a new exchange.
    mutating func begin(
        at now: Instant, timeout: Int64, kept: UnsafeMutablePointer<KeptAnswer>?, keepsExcerpt: Bool = false
    ) {
        self.kept = kept
        self.keepsExcerpt = keepsExcerpt
        self.timeout = timeout
        held = 0
        isHeard = false
        started = now
        phase = .waiting
        fault = .none
        opened = false
        lookedUp = false
        address = -1
        dialled = 0
        localPort = 0
        inHead = false
        status = 0
        answers = 0
        interims = 0
        bodyBytes = 0
        trailerBytes = 0
        fileOffset = 0
        phases = CurlCompletion.Phases()
    }
}

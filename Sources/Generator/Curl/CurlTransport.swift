import CCurl
import CLinux
import Glibc
import Measures
import Scenarios
import TrustStore

/// libcurl's multi interface on a reactor's epoll: all of HTTP that the native transport doesn't speak.
///
/// Confined to the reactor's thread. The reactor hands over what epoll says of sockets whose payload carries the tag
/// (`onEvent`), calls `onTimer` when `nextWake` has come, and takes the exchanges that have ended with
/// `nextCompletion`, which it gives back with `release`. What `begin` begins is driven by the next `onTimer`.
///
/// Kept connections belong to all users alike: libcurl gives a request to any idle connection to its host.
final class CurlTransport {
    /// What became of an attempt to begin.
    enum Start: Equatable {
        /// Under way; the place stays the exchange's until it is released.
        case begun(Int32)
        /// An earlier step of the flow captured nothing for it.
        case missingCapture
        /// This machine has no memory for it.
        case exhausted
    }

    private(set) var settings: CurlSettings
    let hops: HopRule
    let multi: UnsafeMutableRawPointer
    var sockets: CurlSockets
    let transfers: StableMemory<CurlTransfer>
    let configuration: CurlConfiguration
    let watch = CurlWatch()
    var sources: SourceAddresses
    /// Places whose transfers wait for a connection that another one is making, and when the first of them has waited
    /// too long.
    var parked: [Int32] = []
    var parkedUntil = Instant.distantFuture
    /// Places whose transfers got time back that this process lost: libcurl's own timers for them are gone, so they are ended
    /// here. And when the first of them has taken too long.
    var putOff: [Int32] = []
    var putOffUntil = Instant.distantFuture
    /// When the reactor was last known to run, and the processor time that its thread had used then, in nanoseconds; nil
    /// before it runs.
    var seen: (instant: Instant, processorTime: Int64)?
    /// Places whose transfers make a connection that others wait for; some may have made it already.
    var openers: [Int32] = []
    /// The latest connection that others waited for and that failed in TLS.
    var failedOpening: FailedOpening?
    /// A connection that transfers may wait for was made, or could not be made.
    var openingEnded = false
    var made = 0
    /// The connections by their ports on this machine, and how many there were.
    let connectionsByPort = StableMemory<NumberedConnection>(capacity: 1 << 16)
    var connectionCount: Int32 = 0
    private var timer = Instant.distantFuture
    /// Places of whose answers events wait to be recorded.
    private var heard: [Int32] = []
    /// The first idle place of each step; -1: none. Last, that of handles without any step's settings.
    var idle: [Int32]
    /// Where to look next for an idle place of another step.
    var victim = 0
    private var shares: CurlShares
    private var names: CurlNameTable
    /// The exchanges that have ended; those before `taken` have been taken.
    private var completed: [CurlCompletion] = []
    private var taken = 0
    private var active = 0

    /// Idle handles beyond those that can be busy at once: steps then keep handles of their own.
    private static let spareHandles = 2048

    /// Registers its sockets with `epoll`, the upper half of their payload being `tag`. `capacity`: exchanges under way
    /// at once. `connections`: connections that are kept at most. `descriptors`: sockets that may be open at once.
    ///
    /// Throws where libcurl can't be set up, or where an address to connect from is none.
    init(
        epoll: Int32, tag: UInt32, settings: CurlSettings, steps: Int, capacity: Int, connections: Int,
        descriptors: Int = .max
    ) throws(UnusableSetting) {
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            throw UnusableSetting("libcurl can't be set up")
        }
        self.multi = multi
        self.settings = settings
        hops = HopRule(settings)
        sources = try SourceAddresses(settings.sources)
        configuration = CurlConfiguration(settings)
        // Before the load, not in the first handshake of it.
        if settings.tls.verifies, settings.tls.authorities == nil { SystemAuthorities.load() }
        shares = CurlShares(settings)
        names = CurlNameTable(settings)
        sockets = CurlSockets(epoll: epoll, tag: tag, bound: descriptors)
        transfers = StableMemory(capacity: capacity + Self.spareHandles)
        idle = Array(repeating: -1, count: steps + 1)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = loadgate_curl_multi_on_change(
            multi, CurlCallbacks.socketChanged, CurlCallbacks.timerChanged, context)
        let isHTTP2 = settings.http.version == .http2
        _ = loadgate_curl_multi_set_long(
            multi, CURLMOPT_PIPELINING, isHTTP2 ? Int(CURLPIPE_MULTIPLEX) : Int(CURLPIPE_NOTHING))
        _ = loadgate_curl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, settings.http.streams)
        // Otherwise libcurl keeps four for each handle that is busy at the time, and closes the others.
        _ = loadgate_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(connections, 1))
    }

    deinit {
        for index in 0..<made {
            let transfer = transfers.base + index
            if let easy = transfer.pointee.easy {
                if transfer.pointee.state == .active { curl_multi_remove_handle(multi, easy) }
                configuration.restore(transfer, easy)
                transfer.pointee.request.reset()
                curl_easy_cleanup(easy)
            }
            transfer.pointee.request.release()
            transfer.pointee.head.release()
            free(transfer.pointee.refused)
            transfer.pointee.errorText.deallocate()
        }
        curl_multi_cleanup(multi)
        shares.release()
        names.release()
        transfers.release()
        sockets.release()
        connectionsByPort.release()
    }

    /// True where a request may be sent a second time by libcurl itself: a stream that the server refused was not
    /// carried out (RFC 9113 §8.7).
    var repeats: Bool { settings.http.version == .http2 }

    /// When `onTimer` is to be called.
    var nextWake: Instant { min(timer, min(parkedUntil, putOffUntil)) }

    /// Exchanges under way.
    var activeCount: Int { active }

    // MARK: Events

    /// Something happened on a socket.
    func onEvent(_ descriptor: Int32, _ events: UInt32) {
        guard sockets.isWatched(descriptor) else {
            sockets.retire(descriptor)
            return
        }
        var mask: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { mask |= CURL_CSELECT_IN }
        if events & (EPOLLOUT.rawValue | EPOLLERR.rawValue) != 0 { mask |= CURL_CSELECT_OUT }
        // With HTTP/2 an upload may wait for the peer's word that it may send more (RFC 9113 §5.2), which libcurl 7.88 reads
        // only where it looks itself what the socket is ready for.
        if settings.http.version == .http2, mask & CURL_CSELECT_OUT != 0 { mask = 0 }
        act(on: descriptor, mask)
    }

    /// Time has come to `nextWake`.
    func onTimer(_ now: Instant) {
        if now >= parkedUntil { endExpired(at: now) }
        if now >= putOffUntil { endPutOff(at: now) }
        guard now >= timer else { return }
        timer = .distantFuture
        act(on: -1, 0)
    }

    /// Lets libcurl do what is due on a socket, or by the clock (-1).
    private func act(on descriptor: Int32, _ mask: Int32) {
        watch.watch(descriptor) {
            var running: Int32 = 0
            _ = curl_multi_socket_action(multi, descriptor, mask, &running)
            collect()
        }
    }

    func setTimer(_ milliseconds: Int) {
        timer =
            milliseconds < 0
            ? .distantFuture : ReactorClock.now() + Span(nanoseconds: Int64(milliseconds) * 1_000_000)
    }

    func watch(_ descriptor: Int32, _ what: Int32) { sockets.watch(descriptor, what) }

    func closeSocket(_ descriptor: Int32) {
        watch.closes(descriptor)
        sockets.close(descriptor)
    }

    // MARK: Exchanges

    /// Begins a step's exchange for the user of a slot. `timeout` in nanoseconds; `kept` takes what is to be kept of the
    /// answer, and stays the caller's; `keepsExcerpt`: of a bad answer the beginning is kept besides, else of those `wanted`. The template's memory
    /// must outlive the transport.
    func begin(
        step: Int, origin: Int = 0, _ template: UnsafePointer<CurlRequestTemplate>, user: Int32, context: UserContext,
        tables: RowTables, random: inout SeededRandom, timeout: Int64, kept: UnsafeMutablePointer<KeptAnswer>?,
        keepsExcerpt: Bool = false, wanted: EvidenceStore.Wanted = []
    ) -> Start {
        guard let index = takePlace(step, template) else { return .exhausted }
        let transfer = transfers.base + Int(index)
        guard transfer.pointee.request.render(template, context: context, tables: tables, random: &random) else {
            giveBack(index)
            return .missingCapture
        }
        transfer.pointee.origin = origin
        transfer.pointee.begin(at: ReactorClock.now(), timeout: timeout, kept: kept, keepsExcerpt: keepsExcerpt)
        transfer.pointee.wanted = wanted
        guard let easy = transfer.pointee.easy, configuration.apply(transfer, easy),
            shares.attach(transfer, easy, user: user), names.attach(transfer, easy)
        else {
            discard(index)
            return .exhausted
        }
        transfer.pointee.state = .active
        if hops.hasProxy, !hops.allowsThroughProxy(template.pointee.location.pointee.host) {
            transfer.pointee.fault = .notAuthorised
            transfer.pointee.refused = strdup(template.pointee.location.pointee.host)
            append(transfer, CURLE_COULDNT_CONNECT)
            return .begun(index)
        }
        guard curl_multi_add_handle(multi, easy) == CURLM_OK else {
            discard(index)
            return .exhausted
        }
        active += 1
        return .begun(index)
    }

    /// A name's addresses are others from now on, for connections that are yet to be opened.
    func take(_ update: NameTable.Update) {
        // Those that were begun read the table that they were given before another one is.
        act(on: -1, 0)
        if settings.take(update) { names.renew(settings) }
    }

    /// The number of the address to connect to for a transfer: of its first connection, or after one that failed; nil: libcurl
    /// may choose.
    func chooseAddress(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> (number: Int, address: SocketAddress)? {
        let origin = transfer.pointee.origin
        guard settings.addresses?.hosts[origin] != nil else { return nil }
        let before = Int(transfer.pointee.address)
        let number =
            transfer.pointee.dialled == 0
            ? settings.addresses?.first(of: origin)
            : settings.addresses?.preferred.next(after: before, of: origin, attempts: transfer.pointee.dialled)
        guard let number, let known = settings.addresses?.known[origin], known.indices.contains(number) else {
            return nil
        }
        return (number, known[number])
    }

    /// Why nothing may be sent to a transfer's host at present; nil: it may.
    func refusal(of transfer: UnsafeMutablePointer<CurlTransfer>) -> String? {
        settings.addresses?.refusal(of: transfer.pointee.origin)
    }

    /// Notes which address a transfer's request goes to.
    func noteAddress(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ peer: UnsafePointer<CChar>) {
        let origin = transfer.pointee.origin
        guard settings.addresses != nil, let key = AddressKey(numeric: peer),
            let number = settings.addresses?.number(of: key, origin: origin)
        else { return }
        transfer.pointee.address = Int32(truncatingIfNeeded: number)
        if transfer.pointee.opened { settings.addresses?.prefer(number, of: origin) }
    }

    /// A connection to the address that a transfer was to have didn't come about in time.
    func avoidAddress(of completion: CurlCompletion, origin: Int) {
        if completion.address >= 0 { settings.addresses?.avoid(Int(completion.address), of: origin) }
    }

    /// The user's next exchange begins without the cookies that it was given.
    func forgetCookies(of user: Int32) { shares.forgetCookies(of: user) }

    /// What was kept of the body of a bad answer; until its place is released.
    func excerpt(of index: Int32) -> UnsafeBufferPointer<UInt8> { transfers.base[Int(index)].excerpt.bytes }

    /// Keeps what an exchange that was begun asks: its URL, and its body where that is a text.
    func keepRequest(of index: Int32, in kept: UnsafeMutablePointer<KeptAnswer>) {
        let transfer = transfers.base + Int(index)
        guard let template = transfer.pointee.template else { return }
        let body: UnsafeBufferPointer<UInt8> =
            if case .text(let text) = template.pointee.payload {
                text.constant ?? transfer.pointee.request.body.bytes
            } else {
                UnsafeBufferPointer(start: nil, count: 0)
            }
        kept.pointee.request.keep(
            target: transfer.pointee.request.target(template), body: body, step: Int(transfer.pointee.step))
    }

    /// Ends an exchange; it has no completion. Nothing happens where it has ended by itself already.
    func cancel(_ index: Int32) {
        let transfer = transfers.base + Int(index)
        guard transfer.pointee.state == .active, let easy = transfer.pointee.easy else { return }
        curl_multi_remove_handle(multi, easy)
        parked.removeAll { $0 == index }
        active -= 1
        // What it was about to do may be half done.
        discard(index)
        // Those that wait for its connection look again.
        wakeParked(at: ReactorClock.now())
    }

    /// Events of a transfer's answer came.
    func hear(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        guard !transfer.pointee.isHeard else { return }
        transfer.pointee.isHeard = true
        heard.append(transfer.pointee.index)
    }

    /// The places of whose answers events came since this was last asked.
    func takeHeard() -> [Int32] {
        if heard.isEmpty { return [] }
        for index in heard { transfers.base[Int(index)].isHeard = false }
        defer { heard.removeAll(keepingCapacity: true) }
        return heard
    }

    /// Exchanges that have ended and wait to be taken.
    var completedCount: Int { completed.count - taken }

    /// The next exchange that has ended; nil where there is none.
    func nextCompletion() -> CurlCompletion? {
        guard taken < completed.count else {
            if taken > 0 {
                completed.removeAll(keepingCapacity: true)
                taken = 0
            }
            return nil
        }
        taken += 1
        return completed[taken - 1]
    }

    /// Makes the place of a completion free for another exchange.
    func release(_ index: Int32) {
        let transfer = transfers.base + Int(index)
        guard transfer.pointee.state == .completed else { return }
        if transfer.pointee.systemError != 0 {
            // The handle would report the same error with its next failure.
            discard(index)
        } else {
            giveBack(index)
        }
    }

    /// Why a completion's exchange failed; to be asked before its release.
    func reason(of completion: CurlCompletion) -> String {
        CurlReason.text(of: transfers.base + Int(completion.index), connects: completion.connects)
    }

    /// Takes the ended transfers out of libcurl's hands. The instant is the same for all that ended in one call.
    private func collect() {
        var left: Int32 = 0
        var now: Instant?
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let context = loadgate_curl_private(easy)
            else { continue }
            // The message's memory goes with the handle.
            var result = message.pointee.data.result
            let transfer = context.assumingMemoryBound(to: CurlTransfer.self)
            // It is still under way when the run's end comes for it.
            if transfer.pointee.fault == .interrupted { continue }
            if result == CURLE_OPERATION_TIMEDOUT, transfer.pointee.fault == .none, !isOver(transfer) {
                transfer.pointee.fault = .stalled
            }
            // One that fails for another reason in the same call has nothing to do with it.
            if watch.isCut, CurlOutcome.isBrokenConnection(result) { transfer.pointee.fault = .heldUp }
            // Its time was over because it had waited for connections that failed.
            if result == CURLE_OPERATION_TIMEDOUT, transfer.pointee.phase == .waiting, transfer.pointee.fault == .none,
                configuration.sharesConnections, let failed = failedOpening, failed.explains(transfer)
            {
                failed.say(in: transfer)
                result = failed.result
            }
            if transfer.pointee.opens, transfer.pointee.phase == .waiting {
                openingEnded = true
                failedOpening = FailedOpening(transfer, result) ?? failedOpening
            }
            if transfer.pointee.fault == .noConnection, result != CURLE_OK {
                curl_multi_remove_handle(multi, easy)
                share(transfer, at: now ?? ReactorClock.now())
                continue
            }
            let finished = now ?? ReactorClock.now()
            now = finished
            append(transfer, result, finished: finished)
            curl_multi_remove_handle(multi, easy)
            active -= 1
            configuration.restore(transfer, easy)
        }
        if openingEnded { wakeParked(at: now ?? ReactorClock.now()) }
    }

    /// Ends an exchange that libcurl doesn't have any more.
    func endParked(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ result: CURLcode) {
        append(transfer, result)
        active -= 1
    }

    /// Ends an exchange that libcurl still has.
    func endActive(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ result: CURLcode) {
        if transfer.pointee.opens, transfer.pointee.phase == .waiting { openingEnded = true }
        append(transfer, result)
        active -= 1
        guard let easy = transfer.pointee.easy else { return }
        curl_multi_remove_handle(multi, easy)
        configuration.restore(transfer, easy)
    }

    private func append(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ result: CURLcode, finished: Instant = ReactorClock.now()
    ) {
        transfer.pointee.state = .completed
        transfer.pointee.result = result
        completed.append(
            CurlCompletion(of: transfer, isHTTP2Demanded: settings.http.version == .http2, finished: finished))
    }
}

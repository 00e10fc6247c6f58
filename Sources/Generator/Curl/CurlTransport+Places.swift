import CCurl
import Glibc

/// Places of transfers: each step keeps handles with its settings, and takes those of others where there are no more.
extension CurlTransport {
    /// A place whose handle has the step's settings; nil where there is no memory for one.
    func takePlace(_ step: Int, _ template: UnsafePointer<CurlRequestTemplate>) -> Int32? {
        if let index = pop(step) { return index }
        guard let index = pop(idle.count - 1) ?? makePlace() ?? takeFromAnotherStep() else { return nil }
        let transfer = transfers.base + Int(index)
        transfer.pointee.step = Int32(step)
        transfer.pointee.template = template
        if configuration.configure(transfer, template, transport: self) { return index }
        discard(index)
        return nil
    }

    func pop(_ list: Int) -> Int32? {
        let index = idle[list]
        guard index >= 0 else { return nil }
        idle[list] = transfers.base[Int(index)].next
        return index
    }

    func makePlace() -> Int32? {
        guard made < transfers.capacity else { return nil }
        let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        (transfers.base + made).initialize(
            to: CurlTransfer(
                index: Int32(made), errorText: errorText, transport: Unmanaged.passUnretained(self).toOpaque()))
        made += 1
        return Int32(made - 1)
    }

    func takeFromAnotherStep() -> Int32? {
        for _ in idle.indices {
            victim = (victim + 1) % idle.count
            if let index = pop(victim) { return index }
        }
        return nil
    }

    func giveBack(_ index: Int32) {
        let transfer = transfers.base + Int(index)
        forget(transfer)
        let list = transfer.pointee.step >= 0 ? Int(transfer.pointee.step) : idle.count - 1
        transfer.pointee.next = idle[list]
        idle[list] = index
    }

    /// Gives the place back without its handle.
    func discard(_ index: Int32) {
        let transfer = transfers.base + Int(index)
        if let easy = transfer.pointee.easy { configuration.restore(transfer, easy) }
        transfer.pointee.request.reset()
        if let easy = transfer.pointee.easy { curl_easy_cleanup(easy) }
        transfer.pointee.easy = nil
        transfer.pointee.step = -1
        giveBack(index)
    }

    func forget(_ transfer: UnsafeMutablePointer<CurlTransfer>) {
        transfer.pointee.state = .idle
        transfer.pointee.kept = nil
        // Of few transfers in a run: none keeps the memory.
        transfer.pointee.excerpt.release()
        transfer.pointee.systemError = 0
        transfer.pointee.request.trim()
        transfer.pointee.head.trim(to: CurlTransfer.keptHead)
        free(transfer.pointee.refused)
        transfer.pointee.refused = nil
    }
}

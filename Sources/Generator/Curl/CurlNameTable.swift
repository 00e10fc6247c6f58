import CCurl

/// The table of names that libcurl need not look up (CURLOPT_RESOLVE). A handle reads the list that it was given when its
/// next transfer begins, once, into what all handles of the transport share; so each handle is given the newest list before
/// it is used again, and none can put an older one back.
struct CurlNameTable {
    private var list: UnsafeMutablePointer<curl_slist>?
    /// The list before: a handle that isn't in use still points to it, though nothing reads it any more.
    private var former: UnsafeMutablePointer<curl_slist>?
    private var version: Int32 = 0

    init(_ settings: CurlSettings) { list = CurlRequestTemplate.list(settings.nameTable) }

    /// Takes over changed addresses. What was begun has read the list from before.
    mutating func renew(_ settings: CurlSettings) {
        curl_slist_free_all(former)
        former = list
        list = CurlRequestTemplate.list(settings.nameTable)
        version &+= 1
    }

    /// Gives the handle the newest list, where it has it not yet. False where libcurl refuses it.
    func attach(_ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer) -> Bool {
        guard list != nil, transfer.pointee.nameTable != version else { return true }
        transfer.pointee.nameTable = version
        return loadgate_curl_set_list(easy, CURLOPT_RESOLVE, list) == CURLE_OK
    }

    func release() {
        curl_slist_free_all(former)
        curl_slist_free_all(list)
    }
}

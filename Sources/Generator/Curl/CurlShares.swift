import CCurl
import Scenarios

/// What easy handles share: TLS sessions among all of them, or, where users have cookies, cookies and sessions among
/// those that serve one user, as in a browser.
struct CurlShares {
    private let hasCookies: Bool
    private let hasSessions: Bool
    private var ofAll: UnsafeMutableRawPointer?
    private var ofUsers: [UnsafeMutableRawPointer?] = []
    /// For each of them whether its cookies are to be forgotten.
    private var isStale: [Bool] = []

    init(_ settings: CurlSettings) {
        hasCookies = settings.http.cookies
        hasSessions = settings.tls.resumes
    }

    /// Lets the handle take part in what its user shares. False where there is no memory for it.
    mutating func attach(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ easy: UnsafeMutableRawPointer, user: Int32
    ) -> Bool {
        if hasCookies {
            let index = Int(user)
            if transfer.pointee.cookiesOf != user {
                while ofUsers.count <= index { ofUsers.append(nil) }
                guard let share = ofUsers[index] ?? make() else { return false }
                ofUsers[index] = share
                transfer.pointee.cookiesOf = user
                guard loadgate_curl_set_pointer(easy, CURLOPT_SHARE, share) == CURLE_OK else { return false }
            }
            guard index < isStale.count, isStale[index] else { return true }
            isStale[index] = false
            return loadgate_curl_set_string(easy, CURLOPT_COOKIELIST, "ALL") == CURLE_OK
        }
        guard hasSessions else { return true }
        // Any number but -1: the handle shares with all.
        if transfer.pointee.cookiesOf == 0 { return true }
        guard let share = ofAll ?? make() else { return false }
        ofAll = share
        transfer.pointee.cookiesOf = 0
        return loadgate_curl_set_pointer(easy, CURLOPT_SHARE, share) == CURLE_OK
    }

    /// The next handle that serves the user forgets the cookies of all: they are the share's.
    mutating func forgetCookies(of user: Int32) {
        while isStale.count <= Int(user) { isStale.append(false) }
        isStale[Int(user)] = true
    }

    /// No locks: all handles are used by one thread.
    private func make() -> UnsafeMutableRawPointer? {
        guard let share = curl_share_init() else { return nil }
        if hasCookies { _ = loadgate_curl_share(share, CURL_LOCK_DATA_COOKIE) }
        if hasSessions { _ = loadgate_curl_share(share, CURL_LOCK_DATA_SSL_SESSION) }
        return share
    }

    /// After the last handle's end.
    func release() {
        curl_share_cleanup(ofAll)
        for case let share? in ofUsers { curl_share_cleanup(share) }
    }
}

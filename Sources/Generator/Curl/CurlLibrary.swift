import CCurl

/// libcurl as a whole.
enum CurlLibrary {
    /// Set up once for the process; false where that failed.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// See `CurlConfiguration.splitsPriorKnowledge`.
    static let sharesPriorKnowledge = loadgate_curl_version() >= 0x08_00_00

    /// From version 8.7 on CURLINFO_REQUEST_SIZE counts all bytes of requests, before it those sent with the head.
    static let requestSizeHasBody = loadgate_curl_version() >= 0x08_07_00
}

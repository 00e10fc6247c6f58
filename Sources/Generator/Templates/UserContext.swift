/// What a request's places are filled in from: the state of one iteration of one user. A plain value; the memory it
/// points to belongs to the user's slot.
struct UserContext {
    /// The user's number, from 1; with identities, the identity's.
    var user = 0
    /// The id of the WebSocket message at hand.
    var message = 0
    /// The round of the innermost loop, from 1.
    var round = 0
    /// The iteration's number, from 0.
    var iteration = 0
    /// The number of the row taken of each table, in the plan's order of tables.
    var rows: UnsafeMutablePointer<Int>?
    /// What was captured, in the plan's order of captures; a capture that hasn't happened yet is nil.
    var captures: UnsafeMutablePointer<CapturedValue?>?
    /// The user's cookies; nil where users keep none.
    var cookies: UnsafeMutablePointer<CookieJar>?
}

/// A captured value. Captures happen only where a scenario asks for them, so this one may own memory.
struct CapturedValue {
    /// The value as text.
    var text: [UInt8]
    /// The value as it stands in JSON where it was captured from JSON and is no text.
    var isJSON = false
}

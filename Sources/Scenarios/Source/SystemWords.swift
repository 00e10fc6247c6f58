import Foundation

/// The system's words for what Foundation could not do with a file, such as "No space left on device"; nil where the system
/// gave no reason.
package func systemWords(for error: any Error) -> String? {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? POSIXError
    return cause.map { String(cString: strerror($0.code.rawValue)) }
}

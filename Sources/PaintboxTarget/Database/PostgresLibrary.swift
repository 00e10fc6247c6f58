import Foundation

/// libpq, loaded when a database is asked for: whoever needs none does without the package.
struct PostgresLibrary: @unchecked Sendable {
    // The pointers are functions of a library that stays loaded, and libpq may be used on any thread.
    typealias Connection = OpaquePointer
    typealias Result = OpaquePointer

    let connect: @convention(c) (UnsafePointer<CChar>) -> Connection?
    let status: @convention(c) (Connection?) -> Int32
    let reset: @convention(c) (Connection?) -> Void
    let finish: @convention(c) (Connection?) -> Void
    let errorMessage: @convention(c) (Connection?) -> UnsafePointer<CChar>?
    let execute:
        @convention(c) (
            Connection?, UnsafePointer<CChar>, Int32, UnsafeRawPointer?,
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafeRawPointer?, UnsafeRawPointer?, Int32
        ) -> Result?
    let send:
        @convention(c) (
            Connection?, UnsafePointer<CChar>, Int32, UnsafeRawPointer?,
            UnsafePointer<UnsafePointer<CChar>?>?, UnsafeRawPointer?, UnsafeRawPointer?, Int32
        ) -> Int32
    let socket: @convention(c) (Connection?) -> Int32
    let consume: @convention(c) (Connection?) -> Int32
    let isBusy: @convention(c) (Connection?) -> Int32
    let nextResult: @convention(c) (Connection?) -> Result?
    let errorField: @convention(c) (Result?, Int32) -> UnsafePointer<CChar>?
    let resultStatus: @convention(c) (Result?) -> Int32
    let rowCount: @convention(c) (Result?) -> Int32
    let value: @convention(c) (Result?, Int32, Int32) -> UnsafePointer<CChar>?
    let columnCount: @convention(c) (Result?) -> Int32
    let clear: @convention(c) (Result?) -> Void

    /// CONNECTION_OK
    static let isConnected: Int32 = 0
    /// PGRES_COMMAND_OK, PGRES_TUPLES_OK
    static let good: ClosedRange<Int32> = 1...2
    /// PG_DIAG_SQLSTATE
    static let sqlState = Int32(UInt8(ascii: "C"))

    /// nil where the library is missing.
    init?() {
        guard let handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_GLOBAL) else { return nil }
        func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
            dlsym(handle, name).map { unsafeBitCast($0, to: type) }
        }
        guard let connect = symbol("PQconnectdb", as: type(of: self.connect)),
            let status = symbol("PQstatus", as: type(of: self.status)),
            let reset = symbol("PQreset", as: type(of: self.reset)),
            let finish = symbol("PQfinish", as: type(of: self.finish)),
            let errorMessage = symbol("PQerrorMessage", as: type(of: self.errorMessage)),
            let execute = symbol("PQexecParams", as: type(of: self.execute)),
            let send = symbol("PQsendQueryParams", as: type(of: self.send)),
            let socket = symbol("PQsocket", as: type(of: self.socket)),
            let consume = symbol("PQconsumeInput", as: type(of: self.consume)),
            let isBusy = symbol("PQisBusy", as: type(of: self.isBusy)),
            let nextResult = symbol("PQgetResult", as: type(of: self.nextResult)),
            let errorField = symbol("PQresultErrorField", as: type(of: self.errorField)),
            let resultStatus = symbol("PQresultStatus", as: type(of: self.resultStatus)),
            let rowCount = symbol("PQntuples", as: type(of: self.rowCount)),
            let columnCount = symbol("PQnfields", as: type(of: self.columnCount)),
            let value = symbol("PQgetvalue", as: type(of: self.value)),
            let clear = symbol("PQclear", as: type(of: self.clear))
        else { return nil }
        self.connect = connect
        self.status = status
        self.reset = reset
        self.finish = finish
        self.errorMessage = errorMessage
        self.execute = execute
        self.send = send
        self.socket = socket
        self.consume = consume
        self.isBusy = isBusy
        self.nextResult = nextResult
        self.errorField = errorField
        self.resultStatus = resultStatus
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.value = value
        self.clear = clear
    }
}

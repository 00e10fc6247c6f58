extension KeyTable {
    /// Input validation.
    static let input = KeyTable(
        name: "input", summary: "An endpoint that must refuse what is not valid",
        keys: aboutVerification + verifiedRequest,
        exactlyOne: verifiedMethods)
}

extension KeyTable {
    /// A search for credentials.
    static let credentialScan = KeyTable(
        name: "credential_scan", summary: "Files that must hold no credentials",
        keys: aboutVerification + [
            Key("paths", .list(.text, atLeast: 1), "Folders and files.", required: true),
            Key("history", .boolean, "Whether git's history is searched too; false unless given."),
        ])
}

/// The keys of `dns:`.
struct DNSKeys: KeyGroup {
    static let about = GroupAbout("dns", "How names of hosts are looked up")

    let refresh = Key(
        "refresh", .refresh,
        "When a name is looked up again for new connections: ttl, as its answer says; a duration; never. ttl unless given."
    )
    let pick = Key(
        "pick", .choice(DNSSettings.Pick.self),
        "Which of a name's addresses a new connection takes; first unless given: the first that accepts one.")
    let server = Key(
        "server", .nameServer,
        "The name server that is asked, ADDRESS:PORT; as this machine is configured unless given.")
}

/// The keys of an entry of `names:`.
struct NameKeys: KeyGroup {
    static let about = GroupAbout("name", "A host name that the drill's own name server answers for")

    let address = Key(
        "address", .addresses, "The numeric address that it has at first, or a list of them.", required: true)
    let ttl = Key(
        "ttl", .durationOrZero, "How long clients may keep an answer, in whole seconds; 5s unless given.")
}

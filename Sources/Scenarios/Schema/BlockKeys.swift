/// The keys of a block of steps.
struct BlockKeys: KeyGroup {
    static let about = GroupAbout("block", "Steps that are done several times, or measured as one")

    let repeated = Key(
        "repeat", .rounds,
        "How often its steps are done: 3, a number that is drawn each time (2..5), or a text with one (${count}).")
    let group = Key("group", .name, "The name under which its steps are measured as one.")
    let until = Key(
        "until", .node(.text),
        "Its steps are done until this holds after a round: a check of the last step's answer (json $.state == done), or "
            + "${state} == done.")
    let most = Key(
        "most", .integer(1...Block.mostRounds),
        "Rounds at most: of until, and of repeat where its number comes from a text.")
    let every = Key(
        "every", .duration,
        "repeat, until: from the start of a round to that of the next one; a longer round is followed at once.")
    let pause = Key(
        "pause", .pause, "repeat, until: the pause between two rounds, instead of every: a duration, or two.")
    let name = Key(
        "name", .name, "until: the name under which it is measured; that of its last step unless given.")
    let when = Key(
        "when", .condition(isNegated: false), "The block is done where this holds when the user comes to it.")
    let unless = Key("unless", .condition(isNegated: true), "The block is done where this does not hold.")
    let steps = Key(
        "steps", .elements(of: "steps", .step, atLeast: 1), "Steps and blocks of steps, in order.", required: true)

    /// The keys that say what a block is.
    var kinds: [any KeyNaming] { [repeated, group, until] }

    var rules: [KeyRule] {
        [
            .exactlyOne(
                of: repeated, group, until, missing: "expected repeat, group or until beside steps",
                beside: { other, first in
                    "a block is one thing: \(quoted(other)) can't stand beside \(quoted(first)): put one into the steps of the other"
                }),
            .strange(most, every, pause, name, to: group, among: kinds) { key, _ in
                let hint = key == "name" ? ": what follows group is its name" : ", whose steps are done once"
                return "\(quoted(key)) doesn't fit a group\(hint)"
            },
            .strange(name, to: repeated, among: kinds) { _, _ in
                "a repeat is not measured: give the name to a group around it"
            },
        ]
    }
}

extension KeyTable {
    /// Input validation.
    static let input = KeyTable(
        name: "input", summary: "An endpoint that must refuse what is not valid",
        keys: aboutVerification + verifiedRequest + [
            Key(
                "expect", .oneOf([statuses, .list(statuses, atLeast: 1)]),
                "Statuses that refuse; 400..499 without 408 and 429 unless given."),
            Key(
                "expect_valid", .oneOf([statuses, .list(statuses, atLeast: 1)]),
                "Statuses that the valid request gets; 200..299 unless given."),
            Key("accepts", .list(kinds, atLeast: 0), "Kinds of hostile bodies that the endpoint may accept."),
            Key("skip", .list(kinds, atLeast: 0), "Kinds of hostile bodies that are not sent."),
            Key("optional", .list(.text, atLeast: 0), "Paths of members that may be missing or null: $.note."),
            Key(
                "types", .names(.list(.choice(InputType.allCases.map(\.rawValue)), atLeast: 1)),
                "Other types that members may have, by path; $ is the whole body."),
            Key(
                "limits", .names(.exact(rangePattern)),
                "The smallest and the greatest valid number, by path: 0.01..100000."
            ),
            Key(
                "strict", .boolean,
                "Whether it counts when extra members, duplicate keys and the like are accepted; false unless given."),
            Key("size", .pattern(Quantity.sizePattern), "The length of large bodies; 10MiB unless given."),
            Key("bodies", .integer(minimum: InputKind.allCases.count), "Hostile bodies at most; 300 unless given."),
            Key("seed", .integer(minimum: 0), "Which bodies are chosen where there are more; 1 unless given."),
        ],
        exactlyOne: verifiedMethods)

    private static let kinds = Shape.choice(InputKind.allCases.map(\.rawValue))
    private static let rangePattern = "-?\(Quantity.numberPattern)\\.\\.-?\(Quantity.numberPattern)"
}

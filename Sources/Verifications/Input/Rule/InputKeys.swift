public import Scenarios

/// The keys of `input:`.
public struct InputKeys: KeyGroup {
    /// What the mapping is.
    public static let about = GroupAbout("input", "An endpoint that must refuse what is not valid")

    let request = Included(VerifiedRequestKeys())
    let expect = Key("expect", .statuses, "Statuses that refuse; 400..499 without 408 and 429 unless given.")
    let expectValid = Key(
        "expect_valid", .statuses, "Statuses that the valid request gets; 200..299 unless given.")
    let accepts = Key("accepts", .inputKinds, "Kinds of hostile bodies that the endpoint may accept.")
    let skip = Key("skip", .inputKinds, "Kinds of hostile bodies that are not sent.")
    let optional = Key(
        "optional", .elements(of: "JSON paths", .text), "Paths of members that may be missing or null: $.note.")
    let types = Key(
        "types",
        .entries(of: "JSON paths and types", .list(.choice(InputType.allCases.map(\.rawValue)), atLeast: 1)),
        "Other types that members may have, by path; $ is the whole body.")
    let limits = Key(
        "limits",
        .entries(
            of: "JSON paths and ranges", .exact("-?\(Quantity.numberPattern)\\.\\.-?\(Quantity.numberPattern)")),
        "The smallest and the greatest valid number, by path: 0.01..100000.")
    let strict = Key(
        "strict", .boolean,
        "Whether it counts when extra members, duplicate keys and the like are accepted; false unless given.")
    let size = Key("size", .bodySize, "The length of large bodies; 10MiB unless given.")
    let bodies = Key(
        "bodies", .integer(InputKind.allCases.count...10_000), "Hostile bodies at most; 300 unless given.")
    let seed = Key(
        "seed", .integer(0...1_000_000_000), "Which bodies are chosen where there are more; 1 unless given.")

    /// Declares the keys.
    public init() {}
}

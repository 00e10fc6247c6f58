/// What a selector of an objective may name.
struct SelectorNames {
    var steps: [String] = []
    var flows: [String] = []
    var loads: [String] = []
    /// Blocks that are measured, and those of them that are groups, whose steps can be selected together.
    var blocks: [String] = []
    var groups: [String] = []
    var probes: [String] = []
    var verifications: [String] = []
    var tags: Set<Tag> = []
    /// False where a part of the scenario could not be read, so that a name may only seem to be missing.
    var areComplete = true

    struct Tag: Hashable {
        var name: String
        var value: String
    }
}

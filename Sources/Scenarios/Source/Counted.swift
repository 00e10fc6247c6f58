/// A number with its noun, for messages: `1 run`, `2 runs`. `digits`: the number as it is to be shown, where that isn't its
/// plain digits.
package func counted(_ count: Int, _ noun: String, shownAs digits: String? = nil) -> String {
    "\(digits ?? String(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A kind of hostile request that is derived from a valid one. The raw value is the name in scenarios and results.
public enum InputKind: String, CaseIterable, Sendable {
    /// Each member left out.
    case missingMembers = "missing_members"
    /// Each member null.
    case nullMembers = "null_members"
    /// A member that nobody asked for, in each object.
    case extraMembers = "extra_members"
    /// Members such as `__proto__`, by which JavaScript's objects are poisoned.
    case prototypeMembers = "prototype_members"
    /// Each member twice.
    case duplicateKeys = "duplicate_keys"
    /// Each member as each other type.
    case wrongTypes = "wrong_types"
    /// Numbers and truth values as texts.
    case quotedValues = "quoted_values"
    /// Numbers beyond what 64 bits hold.
    case hugeNumbers = "huge_numbers"
    /// Numbers just outside what the scenario's `limits` say.
    case outsideLimits = "outside_limits"
    /// Numbers below zero.
    case negativeNumbers = "negative_numbers"
    /// Zero for each number.
    case zeros = "zeros"
    /// Fractions for whole numbers.
    case fractions = "fractions"
    /// NaN and the infinities, which JSON doesn't have.
    case notNumbers = "not_numbers"
    /// Numbers in forms that JSON doesn't have: 010, 0x10, +1.
    case malformedNumbers = "malformed_numbers"
    /// Texts of nothing, or of blanks.
    case emptyStrings = "empty_strings"
    /// Texts and names of up to 1 MiB.
    case longStrings = "long_strings"
    /// Control characters in texts, raw and escaped.
    case controlCharacters = "control_characters"
    /// Halves of surrogate pairs.
    case loneSurrogates = "lone_surrogates"
    /// Bytes that are no UTF-8.
    case invalidUTF8 = "invalid_utf8"
    /// A byte order mark, UTF-16, UTF-32.
    case otherEncodings = "other_encodings"
    /// Arrays and objects inside each other, up to 100,000 deep.
    case deepNesting = "deep_nesting"
    /// A body that ends too early.
    case truncated
    /// More after the end of the JSON text.
    case trailingData = "trailing_data"
    /// What only looks like JSON: comments, single quotes, commas too many.
    case malformedJSON = "malformed_json"
    /// No body, or blanks.
    case emptyBodies = "empty_bodies"
    /// A JSON value of another type as the whole body.
    case wrongRoots = "wrong_roots"
    /// The valid body with another content type.
    case wrongContentTypes = "wrong_content_types"
    /// XML instead of JSON.
    case xmlBodies = "xml_bodies"
    /// Texts that harm who trusts them: HTML, SQL, templates, paths.
    case injections
    /// Bodies of 10 MiB, or of what the scenario's `size` says.
    case largeBodies = "large_bodies"
    /// The valid body in chunks, without a length.
    case chunkedBodies = "chunked_bodies"
}

/// A type of JSON values, as `types:` of `input:` names it.
public enum InputType: String, CaseIterable, Sendable {
    /// `null`
    case null
    /// `true` and `false`
    case boolean
    /// A number.
    case number
    /// A text.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

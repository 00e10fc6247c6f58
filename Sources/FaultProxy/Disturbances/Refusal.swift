/// New connections are refused, by the kernel: nobody listens. Open ones are reset.
struct Refusal: DisturbanceKind {
    static let toxic: String? = nil

    init() {}
}

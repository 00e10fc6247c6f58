/// A connection as others keep it in mind: its slot may have been given to a later one meanwhile, of another generation.
struct ConnectionKey: BitwiseCopyable {
    var slot: Int
    var generation: UInt32
}

/// Which of a reactor's users: its slot in the reactor's table. Of use in that reactor only.
struct UserID: Hashable, BitwiseCopyable, Sendable {
    /// From 0; below it: nobody. What is handed to libcurl's side, which knows no users.
    let slot: Int32

    @inline(__always) init(slot: Int32) { self.slot = slot }
    @inline(__always) init(_ slot: Int) { self.slot = Int32(truncatingIfNeeded: slot) }

    /// Nobody.
    @inline(__always) static var absent: UserID { UserID(slot: -1) }
    @inline(__always) var isPresent: Bool { slot >= 0 }
}

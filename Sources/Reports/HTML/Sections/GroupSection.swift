internal import Scenarios
internal import VerificationKit

/// Groups of steps and untils: how many there were, how they ended, how long they took.
struct GroupSection: PageSection {
    var result: RunResult

    let name = "groups"
    let title = "Groups"

    /// The most rows of the table.
    private static let rowLimit = 500

    var isEmpty: Bool { result.groupsInOrder.isEmpty }

    func write(to page: inout HTMLWriter) {
        let groups = result.groupsInOrder
        let hasRounds = groups.contains { $0.group.rounds != nil }
        let cut = groups.contains { $0.group.cutOff > 0 }
        page.element(
            "p", ["class": "faint"],
            text: "From the intended start of the first exchange to the end of the last one, in milliseconds; "
                + "of an until only where its condition came to hold."
                + (groups.contains { $0.group.time?.atLeast != nil }
                    ? " ≥: those without a time might have raised it." : ""))
        page.scrolling("Groups of steps") { page in
            page.element("table", ["data-sortable": "", "class": "wide"]) { page in
                page.tableHead(
                    ["Group", "Kind", "Flow", "#Begun", "#Ended", "#Failed", "#Given up"] + (cut ? ["#Cut off"] : [])
                        + ["#p50", "#p95", "#p99", "#Max"] + (hasRounds ? ["#Rounds p50", "#Rounds p95", "#Most"] : []))
                page.element("tbody") { page in
                    for (name, group) in groups.prefix(Self.rowLimit) { write(name, group, cut, hasRounds, &page) }
                }
            }
        }
        page.more(groups.count - Self.rowLimit, "groups")
    }

    private func write(_ name: String, _ group: GroupResult, _ cut: Bool, _ hasRounds: Bool, _ page: inout HTMLWriter) {
        func count(_ count: UInt64, isBad: Bool = false, _ page: inout HTMLWriter) {
            page.number(Double(count), { _ in Figure.grouped(count) }, class: isBad && count > 0 ? "bad" : nil)
        }
        page.element("tr") { page in
            page.element("th", ["scope": "row"]) { $0.foreign(name, atMost: 300) }
            page.element("td", text: group.kind.rawValue)
            page.element("td") { $0.foreign(group.flow, atMost: 300) }
            count(group.begun, &page)
            count(group.completed, &page)
            count(group.failed, isBad: true, &page)
            count(group.givenUp, isBad: true, &page)
            if cut { count(group.cutOff, &page) }
            let time = group.time
            for (key, value) in [("p50", time?.p50), ("p95", time?.p95), ("p99", time?.p99), ("max", time?.max)] {
                page.number(value) { (time?.sign(of: key) ?? "") + Figure.latency($0) }
            }
            guard hasRounds else { return }
            for value in [group.rounds?.p50, group.rounds?.p95, group.rounds?.max] {
                page.number(value) { Figure.short($0, decimals: 0) }
            }
        }
    }
}

internal import VerificationKit

/// Names of hosts that had more than one address, or didn't stay what they were.
struct NameSection: PageSection {
    var result: RunResult

    let name = "names"
    let title = "Names"

    /// The most addresses, and the most changes, that are shown.
    private static let rowLimit = 200

    private var told: [(key: String, value: NameResult)] {
        (result.names ?? [:]).filter(\.value.isTold).sorted { $0.key < $1.key }
    }

    var isEmpty: Bool { told.isEmpty }

    func write(to page: inout HTMLWriter) {
        let rows = told.flatMap { name, result in result.addresses.map { (name, $0) } }
        page.scrolling("Addresses of names") { page in
            page.element("table", ["class": "wide"]) { page in
                page.tableHead(["Name", "Address", "#Exchanges", "#Failed"])
                page.element("tbody") { page in
                    for (name, entry) in rows.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            page.element("th", ["scope": "row"]) { $0.foreign(name, atMost: 300) }
                            page.element("td") { $0.foreign(entry.address, atMost: 100) }
                            page.number(entry.exchanges.map(Double.init)) { Figure.short($0, decimals: 0) }
                            page.number(
                                entry.failed.map(Double.init), { Figure.short($0, decimals: 0) },
                                class: entry.failed ?? 0 > 0 ? "bad" : nil)
                        }
                    }
                }
            }
        }
        page.more(rows.count - Self.rowLimit, "addresses")
        for (name, result) in told {
            for note in result.notes {
                page.element("p", ["class": "note"]) { $0.foreign("\(name): \(note).", atMost: 600) }
            }
        }
        changes(&page)
        page.element(
            "p", ["class": "faint"],
            text:
                "An exchange counts for the address that its connection led to. A change holds for new connections: kept ones stay."
        )
    }

    private func changes(_ page: inout HTMLWriter) {
        let rows = told.flatMap { name, result in (result.changes ?? []).map { (name, $0) } }.sorted {
            $0.1.at < $1.1.at
        }
        guard !rows.isEmpty else { return }
        page.scrolling("Changes of names") { page in
            page.element("table", ["class": "wide"]) { page in
                page.tableHead(["#Noticed at", "Name", "From", "To"])
                page.element("tbody") { page in
                    for (name, change) in rows.prefix(Self.rowLimit) {
                        page.element("tr") { page in
                            page.number(change.at) { "\(Figure.short($0, decimals: 2)) s" }
                            page.element("td") { $0.foreign(name, atMost: 300) }
                            page.element("td") { $0.foreign(change.from.joined(separator: ", "), atMost: 300) }
                            page.element("td") { page in
                                page.foreign(change.to.joined(separator: ", "), atMost: 300)
                                if change.refused == true { page.text(" (not authorised: nothing was sent)") }
                            }
                        }
                    }
                }
            }
        }
        page.more(rows.count - Self.rowLimit, "changes")
    }
}

/// The page's script. Nothing is hidden from those who don't run it: it sorts tables, and shows at once what a chart's
/// titles tell after a moment.
enum Script {
    static let text = """
        "use strict";
        for (const table of document.querySelectorAll("table[data-sortable]")) {
            const body = table.tBodies[0];
            table.querySelectorAll("thead th").forEach((head, column) => {
                const button = document.createElement("button");
                button.type = "button";
                button.textContent = head.textContent;
                head.replaceChildren(button);
                button.addEventListener("click", () => {
                    const up = head.getAttribute("aria-sort") !== "ascending";
                    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
                    head.setAttribute("aria-sort", up ? "ascending" : "descending");
                    const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
                    const rows = [...body.rows].map(row => [key(row), row]);
                    const compare = (one, other) => {
                        const difference = Number(one) - Number(other);
                        return Number.isNaN(difference) ? one.localeCompare(other) : difference;
                    };
                    rows.sort(([one], [other]) => up ? compare(one, other) : compare(other, one));
                    body.append(...rows.map(([, row]) => row));
                });
            });
        }
        for (const readings of document.querySelectorAll(".readings")) {
            const line = readings.closest("figure").querySelector(".reading");
            const show = event => {
                const title = event.target.querySelector && event.target.querySelector("title");
                if (title) line.textContent = title.textContent;
            };
            readings.addEventListener("pointerover", show);
            readings.addEventListener("pointerdown", show);
            readings.addEventListener("pointerleave", () => { line.textContent = ""; });
        }

        """
}

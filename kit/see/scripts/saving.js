// Saving: the names of the model beside those in the file.

function savingPicture(picture) {
  const table = make("table", { class: "wraps" }, make("tr", {}, ...["name", "in the model", "in your file"].map(head => make("th", { scope: "col" }, head))));
  for (const row of picture.rows) table.append(make("tr", { class: row.differs ? "wrong" : "", "data-saved": row.name },
    make("th", { scope: "row" }, `${row.differs ? "▸\u00a0" : ""}${row.name}`), make("td", {}, row.model || "–"), make("td", {}, row.file || "–")));
  main.append(make("h2", {}, "What stands in the file"), make("p", { class: "wrong" }, picture.sentence),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `names: ${picture.sentence}` }, table));
}

// Tables of words: what was loaded, four machines, a batch norm batch after batch.

function tablePicture(picture) {
  const isSaid = scene.finding.endsWith(picture.sentence.slice(1));  // at the top of the page
  main.append(make("h2", {}, picture.title), isSaid ? "" : make("p", { class: "wrong" }, picture.sentence), tableOf(picture, picture.sentence));
}

function tableOf({ head, rows }, name) {
  const table = make("table", { class: "wraps" }, make("tr", {}, ...head.map(text => make("th", { scope: "col" }, text))));
  rows.forEach((row, i) => {
    const line = make("tr", { class: row.differs ? "wrong" : "", "data-line": i });
    const about = row.cells.length === 1 ? { scope: "colgroup", colspan: head.length, class: "about" } : { scope: "row" };
    row.cells.forEach((cell, j) => line.append(make(j ? "td" : "th", j ? {} : about, row.differs && !j ? `▸\u00a0${cell}` : cell)));
    table.append(line);
  });
  return make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `table: ${name}` }, table);
}

// Normalising: the numbers of each channel as points on a line, with their mean and deviation.

function stripsPicture(picture) {
  const holder = make("div", {}), show = () => holder.replaceChildren(...picture.rows.map(stripsOf));
  main.append(make("h2", {}, "The numbers of each channel"), make("p", { class: "wrong" }, picture.sentence),
    make("p", { class: "note" }, "Each number is a stroke, the first one of yours that differs a thick one. The disc is the mean, and the bar goes one std to each side of it."), holder);
  redraw.push(show);
  show();
}

function stripsOf(row) {
  const after = [...row.yours.numbers, ...row.right.numbers, ...[row.yours, row.right].flatMap(s => [s.mean - s.std, s.mean + s.std])];
  const parts = [["before", "before", row.before.numbers], ["right", "right", after], ["yours", "yours", after]]
    .map(([name, words, all]) => stripOf(name, words, row[name], all, row));
  const head = `${row.differs ? "▸ " : ""}channel ${row.channel}: ${row.differs ? "yours is another" : "yours is the same"}`;
  return make("section", { "data-channel": row.channel }, make("h3", { class: row.differs ? "wrong" : "" }, head), ...parts);
}

function stripOf(name, words, strip, all, row) {
  const width = Math.min(main.clientWidth || 360, 640), low = Math.min(...all), span = Math.max(...all) - low || 1;
  const x = v => 12 + (v - low) / span * (width - 24), colour = name === "yours" && row.differs ? "var(--wrong)" : name === "before" ? "var(--ink)" : "var(--right)";
  const said = `${words}: mean ${written(strip.mean, 3)}, std ${written(strip.std, 3)}`;
  const svg = draw("svg", { viewBox: `0 0 ${width} 54`, width, height: 54, role: "img", "aria-label": `channel ${row.channel}, ${said}; ${strip.numbers.length} numbers` });
  svg.dataset.name = name;
  svg.append(draw("line", { x1: 12, x2: width - 12, y1: 26, y2: 26, stroke: "var(--line)", "stroke-width": 1 }));
  strip.numbers.forEach((v, i) => {
    const isFirst = name === "yours" && i === row.first;  // the first number that differs
    svg.append(draw("line", { x1: x(v), x2: x(v), y1: isFirst ? 12 : 16, y2: 36, stroke: isFirst ? "var(--wrong)" : "var(--ink)", "stroke-width": isFirst ? 5 : 2, "data-number": v }));
  });
  for (const [at, v, anchor] of [[12, low, "start"], [width - 12, low + span, "end"]])
    svg.append(draw("text", { x: at, y: 11, "text-anchor": anchor, "font-size": 13, class: "axis" }, written(v, 3)));
  const [from, to] = [strip.mean - strip.std, strip.mean + strip.std].map(v => Math.max(4, Math.min(width - 4, x(v))));
  svg.append(draw("line", { x1: from, x2: to, y1: 43, y2: 43, stroke: colour, "stroke-width": 4, "stroke-dasharray": name === "yours" && row.differs ? "8 4" : "" }),
    draw("circle", { cx: Math.max(6, Math.min(width - 6, x(strip.mean))), cy: 43, r: 6, fill: colour }));
  return make("figure", {}, make("figcaption", {}, said), svg);
}

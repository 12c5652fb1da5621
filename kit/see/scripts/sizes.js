// Sizes: the places of a kernel along a line; receptive fields: a cone.

function linesPicture(picture) {
  const all = make("div", {});
  const show = () => all.replaceChildren(...picture.lines.map(lineOf));
  main.append(make("h2", {}, "Where the kernel stands"), make("p", { class: "note" }, "Dashed pixels are padding, crossed ones are left over. Below them there is a row for each place of the kernel."), all);
  redraw.push(show);
  show();
}

function lineOf(line) {
  const { n, padding, taps, places, left } = line, count = n + 2 * padding;
  const size = Math.max(5, Math.min(36, (Math.min(main.clientWidth || 360, 1100) - 40) / count)), row = 18, top = TOP + 30;
  const width = 34 + count * size, tall = top + places.length * row + 8, x = place => 30 + (place + padding) * size;
  const over = left.length ? `, ${left.length} at the end left over` : "";
  const svg = draw("svg", { viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img",
    "aria-label": `${line.name}: ${counted(places.length, "place", "places")} on ${n} pixels with a padding of ${padding}${over}` });
  svg.dataset.name = "line";
  for (let p = -padding; p < n + padding; p++) {
    const inside = p >= 0 && p < n;
    svg.append(draw("rect", { x: x(p), y: TOP, width: size, height: 26, fill: inside ? PAPER : OUTSIDE, stroke: "var(--dim)", "stroke-dasharray": inside ? "" : "3 3" }));
    if (size >= 16) svg.append(draw("text", { x: x(p) + size / 2, y: TOP - 6, "text-anchor": "middle", "font-size": 12, class: "axis" }, written(p)));
    if (left.includes(p)) svg.append(draw("path", { d: `M${x(p) + 2} ${TOP + 2}l${size - 4} 22m0 -22l${4 - size} 22`, stroke: "var(--wrong)", "stroke-width": 2.5, "data-left": p }));
  }
  places.forEach((place, i) => {
    const y = top + i * row, end = place + taps[taps.length - 1];
    svg.append(draw("text", { x: 22, y: y + 13, "text-anchor": "end", "font-size": 13, class: "axis" }, i + 1));
    svg.append(draw("line", { x1: x(place) + 2, x2: x(end) + size - 2, y1: y + 8, y2: y + 8, stroke: "var(--right)", "stroke-width": 2, "data-place": place }));
    for (const tap of taps) svg.append(draw("rect", { x: x(place + tap) + 1.5, y: y + 3, width: size - 3, height: 10, fill: "var(--right)" }));
  });
  const name = make("h3", { class: line.differs ? "wrong" : "" }, line.name);
  return make("figure", {}, name, svg);
}

function conePicture(picture) {
  const holder = make("div", {}), image = picture.rows[picture.rows.length - 1];
  const show = () => {
    const first = Math.min(...image.at, 0), last = Math.max(...image.at, (picture.got || 0) - 1), count = last - first + 1;
    const size = Math.max(5, Math.min(40, (Math.min(main.clientWidth || 360, 1100) - 90) / count)), gap = 64;
    const x = at => 80 + (at - first + 0.5) * size, y = i => 24 + i * gap, width = 86 + count * size, tall = y(picture.rows.length - 1) + 80;
    const yours = picture.got === null ? "" : `; you count ${picture.got}`;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img",
      "aria-label": `one number of the last layer depends on ${counted(picture.want, "pixel", "pixels")} of the image, from the first to the last${yours}` });
    svg.dataset.name = "cone";
    picture.links.forEach((links, i) => links.forEach(([above, below]) => svg.append(draw("line", {
      x1: x(picture.rows[i].at[above]), y1: y(i), x2: x(picture.rows[i + 1].at[below]), y2: y(i + 1), stroke: "var(--line)", "stroke-width": 1.5 }))));
    const radius = Math.max(2, Math.min(9, size / 2 - 1));
    picture.rows.forEach((row, i) => {
      svg.append(draw("text", { x: 4, y: y(i) + 5, "font-size": 13, class: "axis" }, row.name));
      for (const at of row.at) svg.append(draw("circle", { cx: x(at), cy: y(i), r: radius, fill: "var(--right)", "data-row": row.name }));
    });
    const bar = (name, from, length, below, colour, dash) => {
      const bottom = y(picture.rows.length - 1) + below;
      svg.append(draw("path", { d: `M${x(from) - size / 2 + 1} ${bottom - 6}v6h${length * size - 2}v-6`, fill: "none", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash, "data-bar": name }));
      svg.append(draw("text", { x: 4, y: bottom + 3, "font-size": 13, fill: colour }, `${name} ${length}`));
    };
    bar("want", image.at[0], picture.want, 26, "var(--right)", "");
    if (picture.got > 0) bar("got", image.at[0], picture.got, 52, "var(--wrong)", "7 4");
    holder.replaceChildren(make("figure", {}, svg));
  };
  main.append(make("h2", {}, "What one number has seen"), holder);
  redraw.push(show);
  show();
}

// Networks: the layers in the order of their calls, with the shape that leaves each, and how large its gradient is.

function networkPicture(picture) {
  const rows = [];
  const count = Math.max(picture.got.length, picture.want.length);
  const largest = Math.max(...[...picture.got, ...picture.want].map(row => row.gradient || 0), 1e-30);
  for (let i = 0; i < count; i++) rows.push(make("li", { class: `layer${i === picture.first ? " first" : ""}`, "data-layer": i },
    layerOf(picture.got[i], "yours", largest, i === picture.first), layerOf(picture.want[i], "right", largest, i === picture.first)));
  main.append(make("h2", {}, "Layer by layer"), make("p", { class: picture.first === null ? "" : "wrong" }, picture.sentence),
    make("p", { class: "note" }, "In the order of their calls: what leaves each layer, and below it the size of its gradient as a bar."),
    make("ol", { class: "layers" }, ...rows));
}

function layerOf(row, side, largest, isFirst) {
  const box = make("div", { class: "box", "data-side": side });
  if (!row) return box.append(make("span", { class: "note" }, `${side}: nothing more`)), box;
  const shape = row.shape ? `(${row.shape.join(", ")})` : "no answer";
  box.append(make("span", { class: "side" }, side), make("b", {}, `${isFirst && side === "yours" ? "▸ " : ""}${row.name}${row.kind ? `, ${row.kind}` : ""}`), make("span", { class: "text" }, shape));
  if (row.gradient !== null) {
    const width = Math.max(2, 160 * row.gradient / largest);
    const svg = draw("svg", { viewBox: "0 0 164 12", width: 164, height: 12, role: "img", "aria-label": `size of its gradient: ${written(row.gradient, 3)}` });
    svg.append(draw("rect", { x: 2, y: 2, width, height: 8, fill: side === "yours" ? "var(--wrong)" : "var(--right)", "data-gradient": row.gradient }));
    box.append(svg, make("span", { class: "note" }, `gradient ${written(row.gradient, 3)}`));
  }
  return box;
}

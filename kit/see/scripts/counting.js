// A network's tensors: a block for each, those that count, and those that yours counts.

function countingPicture(picture) {
  const holder = make("div", { class: "blocks" });
  const why = { frozen: "frozen", shared: "the same again", buffer: "a buffer", parameter: "" };
  const block = tensor => {
    const wrong = tensor.isYours !== null && tensor.isYours !== tensor.counts;
    const product = tensor.sides.length > 1 ? `${tensor.sides.join(" × ")} = ${tensor.n}` : String(tensor.n);
    const words = [tensor.counts ? "counts" : `does not count, ${why[tensor.why]}`, ...(wrong ? [tensor.isYours ? "yours counts it" : "yours leaves it out"] : [])].join("; ");
    const shown = Math.min(tensor.n, MOST_CELLS), columns = Math.max(1, Math.ceil(Math.sqrt(shown))), rows = Math.ceil(shown / columns);
    const svg = draw("svg", { viewBox: `0 0 ${columns * CELL + 4} ${rows * CELL + 4}`, width: columns * CELL + 4, height: rows * CELL + 4, role: "img", "aria-label": `${tensor.name}: ${product}; ${words}` });
    svg.dataset.name = tensor.name;
    for (let i = 0; i < shown; i++) svg.append(draw("rect", { x: 4 + i % columns * CELL, y: 4 + Math.floor(i / columns) * CELL, width: CELL - 4, height: CELL - 4,
      fill: tensor.counts ? "var(--right)" : "none", stroke: tensor.counts ? "var(--right)" : "var(--dim)", "stroke-width": 2, "stroke-dasharray": tensor.counts ? "" : "3 2", "data-cell": i }));
    return make("figure", { class: wrong ? "tensor first" : "tensor" }, svg, make("figcaption", {}, make("b", {}, tensor.name), make("br"), `${product}${tensor.counts ? "" : `, ${why[tensor.why]}`}`,
      wrong ? make("span", { class: "wrong" }, make("br"), `▸ ${tensor.isYours ? "yours counts it" : "yours leaves it out"}`) : ""));
  };
  holder.append(...picture.tensors.map(block));
  main.append(make("h2", {}, "What there is to count"), make("p", { class: "wrong" }, picture.sentence),
    make("p", {}, `Right: ${picture.tensors.filter(t => t.counts).map(t => t.n).join(" + ") || 0} = ${written(picture.want)}. Yours: ${picture.got === null ? "no number" : written(picture.got)}.`),
    make("p", { class: "note" }, "Filled blocks count; dashed ones do not."), holder, make("h3", {}, "the network"), make("pre", { class: "scroll text", tabindex: 0 }, picture.source));
}

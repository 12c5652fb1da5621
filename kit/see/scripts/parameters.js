// Parameters: a block for each factor of the product, with as many cells as the factor says, and one for the biases.

const CELL = 16, MOST_CELLS = 64;

function parametersPicture(picture) {
  const holder = make("div", { class: "blocks" }), right = [...picture.factors.map(f => f.n)];
  const show = () => {
    const parts = [];
    picture.factors.forEach((factor, i) => parts.push(i ? make("span", { class: "sign" }, "×") : "", blockOf(factor.name, factor.n, factor.isYours, "in this factor")));
    const same = !picture.isExplained || picture.yourBias === picture.bias;
    if (picture.bias || !same) parts.push(make("span", { class: "sign" }, "+"), blockOf("biases", picture.bias, same, `right is ${picture.bias}`));
    holder.replaceChildren(...parts);
  };
  const product = `${right.join(" × ")}${picture.bias ? ` + ${picture.bias}` : ""} = ${written(picture.want)}`;
  main.append(make("h2", {}, "The count, factor by factor"), make("p", { class: "text" }, picture.call), holder, make("p", {}, `Right: ${product}.`),
    make("p", {}, picture.got === null ? "" : `Yours: ${written(picture.got)}.`), picture.sentence ? make("p", { class: "wrong" }, picture.sentence) : "");
  redraw.push(show);
  show();
}

function blockOf(name, n, isYours, what) {
  const shown = Math.min(n, MOST_CELLS), columns = Math.max(1, Math.ceil(Math.sqrt(shown))), rows = Math.max(1, Math.ceil(shown / columns));
  const width = Math.max(96, columns * CELL + 8), height = rows * CELL + 30;
  const left = (width - columns * CELL) / 2;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `a block of ${n} ${name}${isYours ? "" : `; not so in yours (${what})`}` });
  svg.dataset.name = name;
  for (let i = 0; i < shown; i++) svg.append(draw("rect", { x: left + i % columns * CELL, y: 4 + Math.floor(i / columns) * CELL, width: CELL - 4, height: CELL - 4,
    fill: isYours ? "var(--right)" : "none", stroke: isYours ? "var(--right)" : "var(--wrong)", "stroke-width": 2, "stroke-dasharray": isYours ? "" : "3 2", "data-cell": i }));
  svg.append(draw("text", { x: width / 2, y: height - 7, "text-anchor": "middle", "font-size": 14, class: isYours ? "axis" : "bad" }, `${isYours ? "" : "▸ "}${n} ${name}`));
  return make("figure", {}, svg);
}

// Validation: every sample of every batch, right or wrong, and those from which your share comes.

function validationPicture(picture) {
  const holder = make("div", {}), show = () => holder.replaceChildren(...picture.sets.map(setOf));
  main.append(make("h2", {}, "Which samples were counted"), make("p", { class: "note" }, "A small network judged these samples, in batches; ✓ is a right answer, ✗ a wrong one."), holder);
  redraw.push(show);
  show();
}

function setOf(set) {
  const n = set.batches.flat().length, good = set.batches.flat().filter(x => x).length, size = 30, gap = 14;
  const width = 8 + n * size + (set.batches.length - 1) * gap, height = 66;
  const yours = set.got === null ? "no number" : written(set.got);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `${set.name}: ${good} of ${n} samples are right, which is ${written(set.want)}; yours is ${yours}. ${set.sentence}` });
  svg.dataset.name = set.name;
  let x = 4;
  set.batches.forEach((batch, b) => {
    const counted = set.counted && set.counted.includes(b);
    if (counted) svg.append(draw("rect", { x: x - 2, y: 4, width: batch.length * size + 2, height: size + 6, class: "tray", "data-counted": b }));
    for (const right of batch) {
      svg.append(draw("rect", { x: x + 1, y: 7, width: size - 4, height: size - 2, fill: right ? "#60a5d6" : PAPER, stroke: "var(--dim)", "data-sample": right }));
      svg.append(draw("text", { x: x + size / 2 - 1, y: 27, "text-anchor": "middle", "font-size": 16, fill: INK }, right ? "✓" : "✗"));
      x += size;
    }
    svg.append(draw("text", { x: x - batch.length * size / 2, y: 60, "text-anchor": "middle", "font-size": 13, class: "axis" }, `batch ${b + 1}`.slice(batch.length < 2 ? 6 : 0)));
    x += gap;
  });
  const words = make("p", {}, `Right: ${good} / ${n} = ${written(set.want)}. `, make("span", { class: set.sentence ? "wrong" : "" }, `Yours: ${yours}. ${set.sentence}`));
  return make("figure", {}, make("h3", {}, set.name), svg, words);
}

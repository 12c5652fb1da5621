// Got and want side by side, whatever they are.

/** The values without names inside a value, each with the way to it and whether it differs. */
function leavesOf(node, way = [], differs = false) {
  if (node.kind === "named") return node.rows.flatMap(row => leavesOf(row.node, [...way, row.name], row.differs));
  return [{ path: way.join(" › "), node, differs }];
}

function nodeOf(node, name, room) {
  if (node === undefined) return make("p", { class: "text wrong" }, "▸ not there");
  if (node.kind === "text") return make("p", { class: `text${node.differs ? " wrong" : ""}` }, node.differs ? "▸ " : "", node.text);
  if (node.kind === "tensor") return tensorOf(node, name, room);
  if (node.kind === "named") return make("div", {}, ...leavesOf(node).flatMap(leaf => [make("p", { class: "note" }, leaf.path), nodeOf(leaf.node, leaf.path, room)]));
  const table = make("table", {});
  node.rows.forEach((row, i) => table.append(make("tr", { class: node.differs[i] ? "wrong" : "" },
    make("th", { scope: "row" }, `${node.differs[i] ? "▸ " : ""}${node.numbers[i]}`), ...row.map(cell => make("td", {}, cell)))));
  const parts = [make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": name }, table)];
  if (node.cut) parts.push(make("p", { class: "note" }, `${node.cut}.`));
  return make("div", {}, ...parts);
}

function tensorOf(node, name, room) {
  const parts = [make("p", { class: "note" }, `tensor of shape (${node.shape.join(", ")}), ${node.dtype}${node.cut ? `; ${node.cut}` : ""}`)];
  if (node.numbers.length) {
    const shape = node.shown, area = (shape.at(-1) ?? 1) * (shape.at(-2) ?? 1);
    const at = node.differs.length ? node.differs[0] : 0, leading = [];
    let rest = Math.floor(at / area);
    for (const side of shape.slice(0, -2).reverse()) { leading.unshift(rest % side); rest = Math.floor(rest / side); }
    const columns = shape.at(-1) ?? 1, inside = at % area, first = node.differs.length ? [Math.floor(inside / columns), inside % columns] : null;
    const where = first ? `; the first number that differs is at [${[...leading, ...first].slice(-Math.max(1, shape.length)).join(", ")}]` : "";
    const of = leading.length ? ` [${leading.join(", ")}]` : "";
    parts.push(grid(`${name}${of}`, plane(node, leading), { first, room, heading: of ? `${name}${of}` : "", alt: `${name}: ${shape.length ? `a tensor of ${shape.join(" by ")}` : "one number"}${where}` }));
  }
  return make("div", {}, ...parts);
}

function pairOf(path, got, want) {
  const wide = main.clientWidth, room = wide >= 740 ? (wide - 32) / 2 : wide;
  const side = (name, node) => make("section", {}, make("h3", {}, name), nodeOf(node, name, room));
  const pair = make("div", { class: "sides" }, side("got", got), side("want", want));
  pair.dataset.path = path;
  return path ? make("div", {}, make("h2", {}, path), pair) : pair;
}

function sides() {
  if (!scene.got) return;
  const isOneNamed = (scene.got.kind === "named") !== (scene.want.kind === "named"); // nothing of both has the same name
  const [got, want] = [scene.got, scene.want].map(node => isOneNamed ? [{ path: "", node, differs: true }] : leavesOf(node)), byPath = leaves => new Map(leaves.map(leaf => [leaf.path, leaf]));
  const mine = byPath(got), theirs = byPath(want), paths = [...new Set([...theirs.keys(), ...mine.keys()])];
  const isSame = path => mine.has(path) && theirs.has(path) && path !== "" && !mine.get(path).differs && !theirs.get(path).differs;
  const holder = make("div", {}), draws = path => pairOf(path, mine.get(path)?.node, theirs.get(path)?.node);
  const same = paths.filter(isSame), details = make("details", {}, make("summary", {}, `${counted(same.length, "value is", "values are")} the same: ${same.join(", ")}`));
  const fill = () => details.append(...same.map(draws));
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) fill(); });
  const show = () => {
    holder.replaceChildren(...paths.filter(path => !isSame(path)).map(draws));
    while (details.children.length > 1) details.lastChild.remove();
    if (details.open) fill();
  };
  main.append(make("h2", { class: "beside" }, "Got and want"), holder);
  if (same.length) main.append(details);
  for (const side of ["got", "want"]) if (scene[side].cut && scene[side].kind === "named") main.append(make("p", { class: "note" }, `${side}: ${scene[side].cut}.`));
  redraw.push(show);
  show();
}

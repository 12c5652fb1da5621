// Grids side by side: predictions, dropped numbers, learned kernels.

function gridsPicture(picture) {
  main.append(make("h2", {}, picture.title));
  if (picture.sentence) main.append(make("p", { class: "wrong" }, picture.sentence));
  main.append(make("p", { class: "note" }, picture.note), rowsOfGrids(picture.rows));
  for (const [kind, words] of picture.keys) main.append(make("p", {}, make("span", { class: `key ${kind}` }), words));
  if (picture.table) main.append(tableOf(picture.table, picture.sentence || picture.title));
}

function rowsOfGrids(rows) {
  const holder = make("div", {});
  const show = () => holder.replaceChildren(...rows.map(row => make("section", { "data-row": row.name }, row.name ? make("h3", {}, row.name) : "",
    make("div", { class: "grids" }, ...row.grids.map(gridOf)))));
  redraw.push(show);
  show();
  return holder;
}

function gridOf(one) {
  const { name, node, frames, first, alt } = one, room = Math.min(main.clientWidth || 360, 420);
  return grid(name, plane(node, []), { alt: first ? `${alt}; the first number that differs is at [${first.join(", ")}]` : alt, frames, first, room });
}

/** A kernel that is learned: both losses by steps, and both kernels where they part. */
function learningPicture(picture) {
  main.append(make("h2", {}, "The loss after each step"), make("p", { class: "wrong" }, picture.sentence));
  const holder = make("div", {}), show = () => holder.replaceChildren(curves(picture, 0, picture.first));
  redraw.push(show);
  main.append(holder, rowsOfGrids(picture.rows));
  show();
}

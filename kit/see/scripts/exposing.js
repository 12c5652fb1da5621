// An input for ex18: what the right and the wrong function make of it.

function exposingPicture(picture) {
  const holder = make("div", {}), { number } = picture;
  const show = () => holder.replaceChildren(...picture.rows.map(rowOfInput));
  const rowOfInput = row => {
    const wide = main.clientWidth, room = wide >= 740 ? (wide - 32) / 2 : wide;
    const about = `${row.name ? `${row.name}, ` : ""}`;
    const inputs = row.inputs.map(({ name, node }) => make("section", {}, make("h4", {}, name), nodeOf(node, `${about}${name}`, room)));
    const side = which => make("section", { "data-which": which }, make("h3", {}, `${which}_${number} gives`), nodeOf(row[which], `${about}${which}_${number}`, room));
    return make("div", { "data-differs": row.differs }, row.name ? make("h2", {}, row.name) : "", make("h3", {}, "your input"), make("div", { class: "grids" }, ...inputs),
      make("div", { class: "sides" }, side("right"), side("wrong")), make("p", { class: row.differs ? "" : "note" }, row.differs ? "They differ." : "They are the same."));
  };
  main.append(make("h2", {}, "Both programs on your input"), make("p", { class: "wrong" }, picture.sentence), holder);
  redraw.push(show);
  show();
}

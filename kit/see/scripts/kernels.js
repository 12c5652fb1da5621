// Kernels: what they answer to a step and to a constant.

function kernelsPicture(picture) {
  const holder = make("div", {});
  const show = () => holder.replaceChildren(...picture.rows.map(rowOf));
  main.append(make("h2", {}, "What the kernel answers"),
    make("p", { class: "note" }, "Laid on three small images. What differs is underlined."), holder);
  redraw.push(show);
  show();
}

function rowOf(row) {
  const cells = name => plane(row[name], []), wrong = row.want.differs.length;
  const found = wrong || row.got.shape.join() !== row.want.shape.join() ? "yours is another" : "yours is the same";
  const room = Math.min(main.clientWidth || 360, 420), words = { image: "the image", got: "yours", want: "right" };
  const parts = ["image", "got", "want"].map(name => grid(name, cells(name),
    { heading: words[name], room, alt: `${words[name]}: ${name === "image" ? row.name : `what the kernel answers to ${row.name}; ${found}`}` }));
  return make("section", { "data-row": row.name }, make("h3", {}, `${row.name}: ${found}`), make("div", { class: "grids" }, ...parts));
}

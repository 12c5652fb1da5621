// A loader: which samples came in which batch, and which are missing or came twice.

function batchesPicture(picture) {
  const { epochs, right } = picture, show = batches => batches.map((batch, b) => make("li", { class: "event", "data-batch": batch.join(",") },
    make("span", { class: "side" }, `batch ${b + 1}: `), batch.map(i => i < 0 ? "?" : i).join(" ") || "empty"));
  main.append(make("h2", {}, "Which samples came in which batch"), make("p", { class: "wrong" }, picture.sentence),
    make("p", { class: "note" }, `${picture.call}. A number is a sample's place in the dataset.`));
  for (let e = 0; e < Math.max(epochs.length, right.length); e++) {
    const mine = epochs[e] || { batches: [], missing: [], twice: [] };
    const lost = [["missing", mine.missing], ["more than once", mine.twice]].filter(([, list]) => list.length).map(([words, list]) => `${words}: ${list.join(", ")}`).join("; ");
    const row = (side, batches, words) => make("div", { class: "box" }, make("span", { class: "side" }, side),
      make("ol", { class: "trays", "aria-label": `epoch ${e + 1}, ${side}: ${counted(batches.length, "batch", "batches")}${words ? `; ${words}` : ""}`, "data-side": side }, ...show(batches)));
    main.append(make("h3", {}, `epoch ${e + 1}`), row("yours", mine.batches, lost), lost ? make("p", { class: "wrong" }, `▸ ${lost}`) : "", row("right", right[e] || [], ""));
  }
}

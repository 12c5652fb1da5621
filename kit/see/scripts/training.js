// Training: what was done in which order, the losses, and what did not move.

function trainingPicture(picture) {
  const { first, still } = picture, strips = make("div", {});
  const words = { got: "yours", want: "right" };
  for (const side of ["got", "want"]) {
    const list = make("ol", { class: "strip", "aria-label": `events, ${words[side]}` });
    list.dataset.name = side;
    picture[side].events.forEach((event, i) => {
      const item = make("li", { class: `event ${event.split(" ")[0]}${i === first ? " first" : ""}` }, `${i === first ? "▸ " : ""}${event}`);
      list.append(item);
    });
    strips.append(make("h3", {}, words[side]), make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": `events, ${words[side]}` }, list));
  }
  main.append(make("h2", {}, "What was done, in order"), make("p", {}, picture.sentence), strips);
  if (picture.cut) main.append(make("p", { class: "note" }, `${picture.cut}.`));
  if (still.length) main.append(make("p", { class: "wrong still" }, `Did not move, and should have: ${still.join(", ")}.`));
  if (picture.got.losses.length + picture.want.losses.length) {
    const holder = make("div", {}), show = () => holder.replaceChildren(curves(picture));
    const all = name => picture[name].losses.map(x => written(x)).join(", ") || "none";
    main.append(make("h2", {}, "Loss of each epoch"), make("p", {}, `Yours: ${all("got")}. Right: ${all("want")}.`));
    if (Math.max(picture.got.losses.length, picture.want.losses.length) < 2) return;
    main.append(holder);
    redraw.push(show);
    show();
  }
}

/** Both losses by epoch, or by step from 0; `first` is where they part. */
function curves(picture, from = 1, first = null) {
  const width = Math.min(main.clientWidth || 360, 640), height = 260, left = 64;
  const both = [picture.got.losses, picture.want.losses], all = both.flat().filter(x => typeof x === "number");
  const low = Math.min(...all), high = Math.max(...all), span = high - low || 1, last = Math.max(...both.map(side => side.length)) - 1;
  const x = i => left + i * (width - left - 20) / Math.max(1, last), y = v => 20 + (high - v) / span * (height - 60);
  const text = name => picture[name].losses.map(x => written(x)).join(", ") || "none";
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `losses: yours ${text("got")}; right ${text("want")}` });
  svg.dataset.name = "losses";
  for (const v of new Set([low, high])) svg.append(draw("text", { x: left - 8, y: y(v) + 5, "text-anchor": "end", "font-size": 13, class: "axis" }, written(Number(v.toPrecision(4)))));
  [["want", "var(--right)", ""], ["got", "var(--wrong)", "8 5"]].forEach(([name, colour, dash]) => {
    const points = picture[name].losses.map((v, i) => [i, v]).filter(([, v]) => typeof v === "number");
    svg.append(draw("polyline", { points: points.map(([i, v]) => `${x(i)},${y(v)}`).join(" "), fill: "none", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash }));
    for (const [i, v] of points) svg.append(name === "want" ? draw("circle", { cx: x(i), cy: y(v), r: 5, fill: colour, "data-loss": name })
      : draw("rect", { x: x(i) - 5, y: y(v) - 5, width: 10, height: 10, fill: "none", stroke: colour, "stroke-width": 2.5, "data-loss": name }));
  });
  for (let i = 0; i <= last; i++) if (last <= 12) svg.append(draw("text", { x: x(i), y: height - 14, "text-anchor": "middle", "font-size": 13, class: "axis" }, i + from));
  if (first !== null) svg.append(draw("line", { x1: x(first), x2: x(first), y1: 8, y2: height - 32, stroke: "var(--wrong)", "stroke-width": 1.5, "stroke-dasharray": "2 4", "data-parts": first }));
  const caption = make("figcaption", {}, make("span", { class: "key right" }), "right, with discs   ", make("span", { class: "key yours" }), "yours, with squares");
  return make("figure", {}, svg, caption);
}

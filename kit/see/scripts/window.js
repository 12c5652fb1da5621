// A window that slides: convolution and pooling.

let moveWindow = () => {}, showWindow = () => {};

/** The call as it failed; where there is one, the same call with numbers from 1 to 97 too, since many of its own may be 0. */
function windowPicture(picture) {
  const holder = make("div", {}), choice = make("select", { "data-leaf": "numbers" }, make("option", { value: 0 }, "as they failed"),
    make("option", { value: 1 }, "other ones, 1 to 97"));
  const put = () => { holder.replaceChildren(); explore(choice.value === "1" ? picture.other : picture, holder); };
  main.append(make("h2", {}, "Window by window"));
  if (picture.other) main.append(make("div", { class: "controls" }, make("label", {}, "numbers", choice)));
  main.append(holder);
  choice.addEventListener("change", put);
  document.addEventListener("keydown", event => moveWindow(event));
  redraw.push(() => showWindow());
  put();
}

function explore(picture, holder) {
  const [N, C, H, W] = picture.input.shape, [, O, rows, columns] = picture.want.shape;
  const differs = picture.comparable && picture.want.differs.length > 0;
  const sums = picture.rule === "sum", state = { place: [...picture.first.place], channel: picture.channel };
  const drawing = make("div", { class: "grids" }), sum = make("div", { class: "sum", role: "status", "aria-live": "polite" });
  const legend = make("div", { class: "note" });
  const slider = make("input", { type: "range", min: 0, max: rows * columns - 1, id: "place", "aria-label": "place of the window" });
  const back = make("button", { type: "button" }, "To the first difference");

  const pick = (label, count, get, set) => {
    if (count < 2) return "";
    const select = make("select", {}, ...Array.from({ length: count }, (_, i) => make("option", { value: i }, i)));
    select.dataset.leaf = label;
    select.addEventListener("change", () => { set(Number(select.value)); show(); });
    leaves.push(() => { select.value = get(); });
    return make("label", {}, label, select);
  };
  const leaves = [];
  const controls = make("div", { class: "controls" }, make("label", {}, "window", slider), differs ? back : "",
    pick("sample", N, () => state.place[0], v => { state.place[0] = v; }),
    pick(sums ? "filter" : "channel", O, () => state.place[1], v => { state.place[1] = v; }),
    sums ? pick("channel", C, () => state.channel, v => { state.channel = v; }) : "");

  slider.addEventListener("input", () => {
    state.place.splice(2, 2, Math.floor(slider.value / columns), slider.value % columns);
    show();
  });
  back.addEventListener("click", () => { state.place = [...picture.first.place]; show(); });
  moveWindow = event => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
    event.preventDefault();
    if (event.target === slider && move[0] === 0) {
      const next = Math.max(0, Math.min(rows * columns - 1, Number(slider.value) + move[1]));
      state.place.splice(2, 2, Math.floor(next / columns), next % columns);
    } else {
      state.place[2] = Math.max(0, Math.min(rows - 1, state.place[2] + move[0]));
      state.place[3] = Math.max(0, Math.min(columns - 1, state.place[3] + move[1]));
    }
    show();
  };

  function right(i, j) { return [i * picture.stride[0] - picture.padding[0], j * picture.stride[1] - picture.padding[1], ...picture.size]; }

  function windowTerms() {
    const [n, o, i, j] = state.place, [top, left, kh, kw] = right(i, j), lines = [];
    for (const c of sums ? Array.from({ length: C }, (_, c) => c) : [o]) {
      const pixels = plane(picture.input, [n, c]).numbers, line = [];
      const weights = sums ? plane(picture.weight, [o, c]).numbers : null;
      for (let a = 0; a < kh; a++) for (let b = 0; b < kw; b++) {
        const row = pixels[top + a], inside = row !== undefined && row[left + b] !== undefined;
        line.push({ pixel: inside ? row[left + b] : 0, inside, at: [top + a, left + b],
          weight: weights && (picture.turned ? weights[kh - 1 - a][kw - 1 - b] : weights[a][b]) });
      }
      lines.push(line);
    }
    return lines;
  }

  function number(tensor) {
    const [n, o, i, j] = state.place;
    const row = tensor && plane(tensor, [n, o]).numbers[i];
    return row === undefined || row === null ? undefined : row[j];
  }

  function says(want) {
    const got = picture.comparable ? number(picture.got) : undefined;
    const yours = got === undefined ? "" : got === want ? " Yours is the same." : ` Yours is ${written(got)}.`;
    return [`= ${written(want)}.`, make("span", { class: yours.includes("same") ? "" : "wrong" }, yours)];
  }

  function showSum() {
    const want = number(picture.want), lines = windowTerms(), [n, o, i, j] = state.place;
    const head = make("p", {}, `Number at row ${i}, column ${j}:`);
    if (!sums) return sum.replaceChildren(head, pooled(lines[0], want));
    const named = lines.map((line, c) => {
      const shown = line.length <= 30 ? line : line.filter(t => t.pixel !== 0 && t.weight !== 0).slice(0, 60);
      const text = shown.map(t => `${written(t.pixel)}·${bracketed(t.weight)}`).join(" + ") || "0";
      const rest = shown.length < line.length ? ` (${line.length - shown.length} others are not written out)` : "";
      return make("p", {}, C > 1 ? `channel ${c}: ` : "", text, rest, c < C - 1 ? " +" : "");
    });
    const bias = picture.bias ? ` + bias ${written(picture.bias[o])} ` : " ";
    sum.replaceChildren(head, ...named, make("p", {}, bias, ...says(want)));
  }

  function pooled(line, want) {
    const values = line.map(t => t.inside ? written(t.pixel) : picture.rule === "max" ? "–" : "0").join(", ");
    const outside = line.some(t => !t.inside) && picture.rule === "max" ? " (– lies outside and never wins)" : "";
    const words = { max: `the largest of ${values}${outside} `, mean: `(${values.replaceAll(", ", " + ")}) / ${line.length} `, pick: `${values} ` };
    return make("p", {}, words[picture.rule], ...says(want));
  }

  function show() {
    const [n, o, i, j] = state.place, at = right(i, j), channel = sums ? state.channel : o;
    const isFirst = state.place.every((v, k) => v === picture.first.place[k]), found = differs ? picture.first.place : null;
    const isHere = found && found[0] === n && found[1] === o, first = isHere ? [found[2], found[3]] : null;
    slider.value = i * columns + j;
    slider.setAttribute("aria-valuetext", `row ${i}, column ${j}${isFirst && found ? ", the first that differs" : ""}`);
    leaves.forEach(leaf => leaf());
    const frames = [{ kind: "right", at }], yours = picture.yours;
    if (yours) frames.push({ kind: "yours", at: [i * yours.stride[0] + yours.start[0], j * yours.stride[1] + yours.start[1], ...picture.size] });
    const image = plane(picture.input, [n, channel]), pad = [...picture.padding];
    for (const f of frames) {  // a window beyond the padding is drawn too
      pad[0] = Math.max(pad[0], -f.at[0], f.at[0] + f.at[2] - H);
      pad[1] = Math.max(pad[1], -f.at[1], f.at[1] + f.at[3] - W);
    }
    const cells = windowTerms(), top = picture.rule === "max" ? cells[0].filter(t => t.inside && t.pixel === number(picture.want)) : [];
    const where = `row ${at[0]}, column ${at[1]}`, leaf = C > 1 ? `, channel ${channel}` : "";
    const parts = [grid(`input${leaf}`, image, { pad, frames, outside: picture.rule === "max" ? "–" : "0", winners: top.slice(0, 1).map(t => t.at),
      alt: `input of ${H} by ${W}${leaf}; the right window begins at ${where}`,
      caption: pad[0] + pad[1] > 0 ? "Dashed cells lie outside the image." : "" })];
    if (sums) parts.push(grid(`kernel${O > 1 ? `, filter ${o}` : ""}${leaf}`, plane(picture.weight, [o, channel]),
      { alt: `kernel of ${picture.size[0]} by ${picture.size[1]}`, caption: picture.turned ? "It is turned by 180 degrees before it is laid on." : "" }));
    const want = plane(picture.want, [n, o]), here = [{ kind: "right", at: [i, j, 1, 1] }], whole = `${rows} by ${columns}`;
    const go = (a, b) => { state.place.splice(2, 2, a, b); show(); };
    const says = found ? `; the first number that differs is at sample ${found[0]}, map ${found[1]}, row ${found[2]}, column ${found[3]}` : "";
    if (picture.got) {
      const got = plane(picture.got, [Math.min(n, picture.got.shape[0] - 1), Math.min(o, picture.got.shape[1] - 1)]);
      parts.push(grid("got", got, { first, frames: picture.comparable ? here : [], alt: `got: your answer, ${got.rows} by ${got.columns}${says}`,
        caption: picture.comparable ? "" : `Its shape is ${picture.got.shape.join(" × ")}.`, onPick: picture.comparable ? go : null }));
    }
    parts.push(grid("want", want, { first, frames: here, alt: `want: the right answer, ${whole}${says}`,
      caption: picture.comparable || !picture.got ? "" : `Its shape is ${picture.want.shape.join(" × ")}.`, onPick: go }));
    if (picture.comparable) {
      const got = plane(picture.got, [n, o]);
      const gap = got.numbers.map((row, a) => row.map((x, b) => typeof x === "number" && typeof want.numbers[a][b] === "number" ? x - want.numbers[a][b] : x === want.numbers[a][b] ? 0 : "≠"));
      const wrong = want.marks.flat().filter(Boolean).length;
      parts.push(grid("difference", { ...want, numbers: gap }, { first, frames: here, onPick: go,
        alt: `difference, got minus want: ${wrong} of ${rows * columns} numbers on this map differ${says}`,
        caption: `got − want: ${counted(wrong, "number differs", "numbers differ")} here.` }));
    }
    drawing.replaceChildren(...parts);
    showSum();
  }

  legend.append(make("p", {}, make("span", { class: "key right" }), "the window that should make the number"));
  if (picture.yours) legend.append(make("p", { class: "yours" }, make("span", { class: "key yours" }), picture.yours.sentence));
  holder.append(make("p", { class: "note" }, `Arrow keys and the slider move the window; a click on a number goes there.${differs ? " What differs is underlined, and the first of it has a corner." : ""}`),
    controls, drawing, sum, legend);
  showWindow = show;
  show();
}

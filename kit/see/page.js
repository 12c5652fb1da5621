"use strict";
// Draws the failure from the JSON in the page, and from nothing else.
const scene = JSON.parse(document.getElementById("scene").textContent);
const main = document.getElementById("main");
const SVG = "http://www.w3.org/2000/svg";
const PAPER = "#fbfaf6", BLUE = [96, 165, 214], ORANGE = [240, 160, 84], INK = "#15181c", OUTSIDE = "none";
const NARROWEST = 34, SMALLEST = 3, WIDEST = 480, LEFT = 30, TOP = 22;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function written(x, digits = 5) {
  if (typeof x !== "number") return String(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e7) return String(x).replace("-", "−");
  return String(Number(x.toPrecision(digits))).replace("-", "−");
}

function bracketed(x) { return typeof x === "number" && x < 0 ? `(${written(x)})` : written(x); }

function counted(n, one, many) { return n === 1 ? `1 ${one}` : `${n} ${many}`; }

/** The plane of a tensor at these leading places: rows of numbers, and which differ. */
function plane(tensor, leading) {
  const shape = tensor.shown, columns = shape.length ? shape[shape.length - 1] : 1;
  const rows = shape.length > 1 ? shape[shape.length - 2] : 1;
  let start = 0;
  shape.slice(0, -2).forEach((side, i) => { start = start * side + (leading[i] || 0); });
  start *= rows * columns;
  const numbers = [], differs = new Set(tensor.differs), marks = [];
  for (let i = 0; i < rows; i++) {
    numbers.push(tensor.numbers.slice(start + i * columns, start + (i + 1) * columns));
    marks.push(numbers[i].map((_, j) => differs.has(start + i * columns + j)));
  }
  return { numbers, marks, rows, columns };
}

function shade(x, largest) {
  if (typeof x !== "number") return PAPER;
  const share = largest > 0 ? Math.min(1, Math.abs(x) / largest) * 0.9 : 0, end = x < 0 ? ORANGE : BLUE;
  return `rgb(${[251, 250, 246].map((from, i) => Math.round(from + (end[i] - from) * share)).join(" ")})`;
}

function largestOf(numbers) {
  return Math.max(0, ...numbers.map(row => Math.max(0, ...row.map(x => typeof x === "number" ? Math.abs(x) : 0))));
}

/** How wide a cell is, and what stands in it: numbers where they fit, with fewer digits if need be; else colours. */
function cellSize(numbers, rows, columns, room) {
  const most = (room - LEFT - 6) / columns;
  for (const digits of [5, 3]) {
    const texts = numbers.map(row => row.map(x => written(x, digits)));
    const wanted = Math.max(NARROWEST, 10 * Math.max(...texts.flat().map(text => text.length)) + 10);
    if (most >= wanted) return { texts, size: wanted, hasNumbers: true };
  }
  return { size: Math.max(SMALLEST, Math.min(24, most, WIDEST / columns)), hasNumbers: false };
}

/** A grid of numbers as a picture. `frames`: windows; `first`: the number to mark; `pad`: rows and columns outside. */
function grid(name, cells, { alt, heading = name, caption = "", pad = [0, 0], outside = "0", frames = [], first = null, winners = [], onPick = null, room = Math.min(main.clientWidth || 360, 900) }) {
  const { numbers, marks, rows, columns } = cells, [ph, pw] = pad;
  const { texts, size, hasNumbers } = cellSize(numbers, rows + 2 * ph, columns + 2 * pw, room);
  const height = hasNumbers ? NARROWEST : size, step = [height, size];
  const width = LEFT + (columns + 2 * pw) * size + 6, tall = TOP + (rows + 2 * ph) * height + 6;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img", "aria-label": alt });
  svg.dataset.name = name;
  const x = j => LEFT + (j + pw) * size, y = i => TOP + (i + ph) * height, largest = largestOf(numbers);
  for (let i = -ph; i < rows + ph; i++) for (let j = -pw; j < columns + pw; j++) {
    const inside = i >= 0 && j >= 0 && i < rows && j < columns;
    const rect = draw("rect", { x: x(j), y: y(i), width: size, height, fill: inside ? shade(numbers[i][j], largest) : OUTSIDE,
      stroke: "var(--line)", "stroke-width": size > 8 ? 1 : 0.3, "stroke-dasharray": inside ? "" : "3 3" });
    rect.dataset.at = `${i},${j}`;
    if (onPick && inside) rect.addEventListener("click", () => onPick(i, j));
    svg.append(rect);
    if (hasNumbers) {
      const differs = inside && marks[i][j];
      const text = draw("text", { x: x(j) + size / 2, y: y(i) + height / 2 + 5.5, "text-anchor": "middle", "font-size": 16,
        "pointer-events": "none", "font-weight": differs ? 700 : 400, "text-decoration": differs ? "underline" : "none" },
        inside ? texts[i][j] : outside);
      if (inside) text.setAttribute("fill", INK); else text.setAttribute("class", "outside");
      svg.append(text);
    } else if (inside && marks[i][j] && size >= 6) {
      svg.append(draw("path", { d: `M${x(j)} ${y(i) + height}L${x(j) + size} ${y(i)}`, stroke: INK, "stroke-width": 1.5 }));
    }
  }
  if (columns + 2 * pw <= 40) for (let j = 0; j < columns; j++)
    if (size >= 20 || j % 5 === 0) svg.append(draw("text", { x: x(j) + size / 2, y: TOP - 7, "text-anchor": "middle", "font-size": 13, class: "axis" }, j));
  for (let i = 0; i < rows; i++)
    if (height >= 20 || i % 5 === 0) svg.append(draw("text", { x: LEFT - 6, y: y(i) + height / 2 + 5, "text-anchor": "end", "font-size": 13, class: "axis" }, i));
  const outlined = (tag, at, named) => svg.append(draw(tag, { ...at, class: "halo" }), draw(tag, { ...at, ...named }));
  for (const [i, j] of winners)
    outlined("circle", { cx: x(j) + size / 2, cy: y(i) + height / 2, r: Math.max(4, Math.min(size, height) / 2 - 3) }, { class: "frame right", "data-winner": `${i},${j}` });
  for (const frame of frames) {
    const [top, left, h, w] = frame.at, inset = frame.kind === "yours" && size > 12 ? 3 : 0;
    outlined("rect", { x: x(left) + inset, y: y(top) + inset, width: w * size - 2 * inset, height: h * height - 2 * inset },
      { class: `frame ${frame.kind}`, "data-window": `${top},${left},${h},${w}` });
  }
  if (first) {
    const [i, j] = first, [w, h] = [Math.max(12, size - 6), Math.max(12, height - 6)], corner = Math.min(12, h / 2);
    const [a, b] = [x(j) + (size - w) / 2, y(i) + (height - h) / 2];
    outlined("rect", { x: a, y: b, width: w, height: h }, { class: "mark", "data-first": `${i},${j}` });
    svg.append(draw("path", { d: `M${a} ${b}h${corner}l${-corner} ${corner}z`, class: "corner" }));
  }
  const figure = make("figure", {}, heading ? make("h3", {}, heading) : "", svg);
  if (caption) figure.append(make("figcaption", {}, caption));
  return figure;
}

// --- a window that slides: convolution and pooling ---------------------------------------------------------------

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

// --- sizes: the places of a kernel along a line; receptive fields: a cone ----------------------------------------

function linesPicture(picture) {
  const all = make("div", {});
  const show = () => all.replaceChildren(...picture.lines.map(lineOf));
  main.append(make("h2", {}, "Where the kernel stands"), make("p", { class: "note" }, "Dashed pixels are padding, crossed ones are left over. Below them there is a row for each place of the kernel."), all);
  redraw.push(show);
  show();
}

function lineOf(line) {
  const { n, padding, taps, places, left } = line, count = n + 2 * padding;
  const size = Math.max(5, Math.min(36, (Math.min(main.clientWidth || 360, 1100) - 40) / count)), row = 18, top = TOP + 30;
  const width = 34 + count * size, tall = top + places.length * row + 8, x = place => 30 + (place + padding) * size;
  const over = left.length ? `, ${left.length} at the end left over` : "";
  const svg = draw("svg", { viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img",
    "aria-label": `${line.name}: ${counted(places.length, "place", "places")} on ${n} pixels with a padding of ${padding}${over}` });
  svg.dataset.name = "line";
  for (let p = -padding; p < n + padding; p++) {
    const inside = p >= 0 && p < n;
    svg.append(draw("rect", { x: x(p), y: TOP, width: size, height: 26, fill: inside ? PAPER : OUTSIDE, stroke: "var(--dim)", "stroke-dasharray": inside ? "" : "3 3" }));
    if (size >= 16) svg.append(draw("text", { x: x(p) + size / 2, y: TOP - 6, "text-anchor": "middle", "font-size": 12, class: "axis" }, written(p)));
    if (left.includes(p)) svg.append(draw("path", { d: `M${x(p) + 2} ${TOP + 2}l${size - 4} 22m0 -22l${4 - size} 22`, stroke: "var(--wrong)", "stroke-width": 2.5, "data-left": p }));
  }
  places.forEach((place, i) => {
    const y = top + i * row, end = place + taps[taps.length - 1];
    svg.append(draw("text", { x: 22, y: y + 13, "text-anchor": "end", "font-size": 13, class: "axis" }, i + 1));
    svg.append(draw("line", { x1: x(place) + 2, x2: x(end) + size - 2, y1: y + 8, y2: y + 8, stroke: "var(--right)", "stroke-width": 2, "data-place": place }));
    for (const tap of taps) svg.append(draw("rect", { x: x(place + tap) + 1.5, y: y + 3, width: size - 3, height: 10, fill: "var(--right)" }));
  });
  const name = make("h3", { class: line.differs ? "wrong" : "" }, line.name);
  return make("figure", {}, name, svg);
}

function conePicture(picture) {
  const holder = make("div", {}), image = picture.rows[picture.rows.length - 1];
  const show = () => {
    const first = Math.min(...image.at, 0), last = Math.max(...image.at, (picture.got || 0) - 1), count = last - first + 1;
    const size = Math.max(5, Math.min(40, (Math.min(main.clientWidth || 360, 1100) - 90) / count)), gap = 64;
    const x = at => 80 + (at - first + 0.5) * size, y = i => 24 + i * gap, width = 86 + count * size, tall = y(picture.rows.length - 1) + 80;
    const yours = picture.got === null ? "" : `; you count ${picture.got}`;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${tall}`, width, height: tall, role: "img",
      "aria-label": `one number of the last layer depends on ${counted(picture.want, "pixel", "pixels")} of the image, from the first to the last${yours}` });
    svg.dataset.name = "cone";
    picture.links.forEach((links, i) => links.forEach(([above, below]) => svg.append(draw("line", {
      x1: x(picture.rows[i].at[above]), y1: y(i), x2: x(picture.rows[i + 1].at[below]), y2: y(i + 1), stroke: "var(--line)", "stroke-width": 1.5 }))));
    const radius = Math.max(2, Math.min(9, size / 2 - 1));
    picture.rows.forEach((row, i) => {
      svg.append(draw("text", { x: 4, y: y(i) + 5, "font-size": 13, class: "axis" }, row.name));
      for (const at of row.at) svg.append(draw("circle", { cx: x(at), cy: y(i), r: radius, fill: "var(--right)", "data-row": row.name }));
    });
    const bar = (name, from, length, below, colour, dash) => {
      const bottom = y(picture.rows.length - 1) + below;
      svg.append(draw("path", { d: `M${x(from) - size / 2 + 1} ${bottom - 6}v6h${length * size - 2}v-6`, fill: "none", stroke: colour, "stroke-width": 3, "stroke-dasharray": dash, "data-bar": name }));
      svg.append(draw("text", { x: 4, y: bottom + 3, "font-size": 13, fill: colour }, `${name} ${length}`));
    };
    bar("want", image.at[0], picture.want, 26, "var(--right)", "");
    if (picture.got > 0) bar("got", image.at[0], picture.got, 52, "var(--wrong)", "7 4");
    holder.replaceChildren(make("figure", {}, svg));
  };
  main.append(make("h2", {}, "What one number has seen"), holder);
  redraw.push(show);
  show();
}

// --- training: what was done in which order, the losses, and what did not move -----------------------------------

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

function curves(picture) {
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
  for (let i = 0; i <= last; i++) if (last <= 12) svg.append(draw("text", { x: x(i), y: height - 14, "text-anchor": "middle", "font-size": 13, class: "axis" }, i + 1));
  const caption = make("figcaption", {}, make("span", { class: "key right" }), "right, with discs   ", make("span", { class: "key yours" }), "yours, with squares");
  return make("figure", {}, svg, caption);
}

// --- got and want side by side, whatever they are ----------------------------------------------------------------

/** The values without names inside a value, each with the way to it and whether it differs. */
function leavesOf(node, way = [], differs = false) {
  if (node.kind === "named") return node.rows.flatMap(row => leavesOf(row.node, [...way, row.name], row.differs));
  return [{ path: way.join(" › "), node, differs }];
}

function nodeOf(node, name, room) {
  if (node === undefined) return make("p", { class: "text wrong" }, "▸ not there");
  if (node.kind === "text") return make("p", { class: `text${node.differs ? " wrong" : ""}` }, node.differs ? "▸ " : "", node.text);
  if (node.kind === "tensor") return tensorOf(node, name, room);
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
    parts.push(grid(`${name}${of}`, plane(node, leading), { first, room, heading: of ? `${name}${of}` : "", alt: `${name}: ${shape.join(" by ") || "one number"}${where}` }));
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
  const got = leavesOf(scene.got), want = leavesOf(scene.want), byPath = leaves => new Map(leaves.map(leaf => [leaf.path, leaf]));
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

const redraw = [], pictures = { window: windowPicture, lines: linesPicture, cone: conePicture, training: trainingPicture };
if (scene.picture) pictures[scene.picture.kind](scene.picture);
if (!scene.picture || !scene.picture.holdsSides) sides();
if (!main.children.length) main.append(make("p", {}, "There was no answer, so there is nothing to lay beside the right one."));
let lastWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== lastWidth) { lastWidth = innerWidth; redraw.forEach(show => show()); } });

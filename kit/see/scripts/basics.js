"use strict";
// Draws the failure from the JSON in the page, and from nothing else. The scripts beside this one are put behind it.
const scene = JSON.parse(document.getElementById("scene").textContent);
const main = document.getElementById("main");
const SVG = "http://www.w3.org/2000/svg";
const PAPER = "#fbfaf6", BLUE = [96, 165, 214], ORANGE = [240, 160, 84], INK = "#15181c", OUTSIDE = "none";
const redraw = [];  // what is drawn again when the window gets another width
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

/** A tensor with many elements as a still picture: a heat map, and the corners as text. Presentation attributes only. */
import { decodeNumber, type Slice, type TensorData } from "../../protocol/index.ts";
import { cut, showNumber } from "../shared/format.ts";
import { type Means, meansOf } from "../shared/grid.ts";
import { element, escapeText } from "../shared/markup.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { Arrangement } from "../shared/panels.ts";
import { histogramWords, tensorHeadline } from "./text.ts";

const width = pageWidth;
const margin = 12;
const tallest = 300;
const levels = 9;
const maxSlices = 6;
const maxLines = 24;
/** Squares of all matrices. */
const maxSquares = 3600;
const lineHeight = 16;
const colors = {
  ...pageColors,
  faint: "#57606a",
  zero: [238, 238, 238],
  plus: [194, 87, 26],
  minus: [37, 99, 217],
} as const;

/** The colour of a level, from -levels to levels. */
function colorOf(level: number): string {
  const end = level > 0 ? colors.plus : colors.minus;
  const share = Math.abs(level) / levels;
  return `#${colors.zero
    .map((from, i) =>
      Math.round(from + ((end[i] ?? 0) - from) * share)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

const fillOf = (v: number | undefined, scale: number): string =>
  Number.isFinite(v) ? colorOf(scale === 0 ? 0 : Math.round(((v ?? 0) / scale) * levels)) : "#d1242f";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One path for each colour; neighbours of one colour in a row are one rectangle. */
function heatmap({ rows, columns, values }: Means, plan: Arrangement, scale: number, box: Box): string {
  const fills = values.map((v) => fillOf(v, scale));
  const paths = new Map<string, string>();
  for (let i = 0; i < rows * columns; ) {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = plan.place(row, column);
    const fill = fills[i];
    let run = 1;
    while (column + run < columns && fills[i + run] === fill && plan.place(row, column + run)[1] === y) run++;
    paths.set(fill, `${paths.get(fill) ?? ""}M${x} ${y}h${run}v1h-${run}z`);
    i += run;
  }
  return element(
    "svg",
    {
      ...box,
      viewBox: `0 0 ${plan.width} ${plan.height}`,
      preserveAspectRatio: "none",
      "shape-rendering": "crispEdges",
    },
    ...Array.from(paths, ([fill, d]) => element("path", { d, fill })),
  );
}

const label = (x: number, y: number, text: string, extra: Readonly<Record<string, string | number>> = {}): string =>
  element("text", { x, y, fill: colors.ink, "font-size": 12, ...extra }, escapeText(text));

/** One matrix fills the width; several are beside each other, with squares for elements. */
function pictures(t: TensorData, slices: readonly Slice[], top: number): readonly [svg: string, bottom: number] {
  const scale = slices.reduce((most, s) => Math.max(most, decodeNumber(s.grid.scale)), 0);
  const across = Math.min(slices.length, 3);
  const room = (width - 2 * margin - (across - 1) * 12) / across;
  const drawn: string[] = [];
  let y = top;
  const pictures = slices.map(({ grid }) => meansOf(grid, Math.floor(maxSquares / slices.length)));
  slices.forEach(({ index }, i) => {
    const means = pictures[i];
    const plan = new Arrangement(means.rows, means.columns);
    const height = Math.min((room * plan.height) / plan.width, slices.length > 1 ? room : tallest);
    const x = margin + (i % across) * (room + 12);
    if (index.length > 0)
      drawn.push(label(x, y + 12, `[${index.join(", ")}]`, { fill: colors.faint, "font-size": 11 }));
    const place = y + (index.length > 0 ? 18 : 0);
    drawn.push(heatmap(means, plan, scale, { x, y: place, width: room, height: Math.max(height, 12) }));
    if (i % across === across - 1 || i === slices.length - 1) y = place + Math.max(height, 12) + 8;
  });
  const [{ grid }] = slices;
  const [{ rows, columns }] = pictures;
  const notes = [
    `colours from −${showNumber(scale)} (blue) to ${showNumber(scale)} (orange)`,
    new Arrangement(rows, columns).panels.note,
    grid.exact && rows * columns === grid.rows * grid.columns ? "" : `${rows} by ${columns} blocks, means`,
    t.sliceCount > slices.length ? `${slices.length} of ${t.sliceCount} matrices` : "",
  ].filter((text) => text !== "");
  return [drawn.join("") + label(margin, y + 10, notes.join(" · "), { fill: colors.faint, "font-size": 11 }), y + 22];
}

/** The picture; `values` are the elements as they print. */
export function tensorSvg(t: TensorData, values: string): string {
  const [drawing, bottom] = t.slices.length === 0 ? ["", 34] : pictures(t, t.slices.slice(0, maxSlices), 34);
  const lines = values.split("\n");
  const printed = [
    ...(lines.length > maxLines ? [...lines.slice(0, maxLines - 1), "…"] : lines),
    histogramWords(t.summary),
  ].filter((line) => line !== "");
  const height = Math.ceil(bottom + printed.length * lineHeight + 12);
  const text = printed.map((line, i) =>
    label(margin, bottom + (i + 1) * lineHeight, cut(line, 84), {
      "font-family": "monospace",
      "font-size": 10.8,
      "xml:space": "preserve",
    }),
  );
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": "Helvetica, Arial, sans-serif",
      role: "img",
    },
    element("title", {}, escapeText(`Tensor ${t.name ?? ""} [${t.shape.join(", ")}]`)),
    element("desc", {}, escapeText(tensorHeadline(t))),
    element("rect", {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 4,
      fill: colors.back,
      stroke: colors.line,
    }),
    label(margin, 22, cut(tensorHeadline(t), 88)),
    drawing,
    ...text,
  );
}

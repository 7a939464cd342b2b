/** Attributions of images and matrices as a still picture: each image beside its attributions, which are drawn over a faint copy of it. */
import { type AttributionData, type AttributionExample, decodeNumber } from "../../protocol/index.ts";
import { cut, formatNumber } from "../shared/format.ts";
import { decodeGrid, type Means } from "../shared/grid.ts";
import { pageColors, pageWidth } from "../shared/page.ts";
import { Arrangement } from "../shared/panels.ts";
import { heatColors, heatFill, hexColor, mixColors, type Rgb, squares } from "../shared/squares.ts";
import { label, picture } from "../shared/svg.ts";
import { attributionHeadline, omittedWords } from "./facts.ts";

const margin = 12;
const gap = 12;
const maxHeight = 240;
const titleHeight = 20;
/** Squares of all pictures together, and steps of brightness and of colour. */
const maxSquares = 4000;
const brightnessSteps = 10;
const colorSteps = 6;
/** The share of white in the copy of an image below its attributions. */
const fade = 0.6;

const note = { fill: pageColors.faint, "font-size": 11 } as const;
const white = [255, 255, 255] as const;

const step = (share: number, steps: number): number => Math.round(Math.min(Math.max(share, 0), 1) * steps) / steps;

/** Returns the colours of an image, whose elements from the least to the largest become black to white. */
export function imageColors({ image, range }: AttributionExample, channels: readonly Means[]): Rgb[] {
  const [low, high] = range.map(decodeNumber);
  const share = (v: number): number => (Number.isFinite(v) && high > low ? (v - low) / (high - low) : 0.5);
  return (channels[0]?.values ?? []).map((_, i) => {
    const parts = channels.map((c) => 255 * share(c.values[i]));
    return image?.length === 3 ? [parts[0], parts[1], parts[2]] : [parts[0], parts[0], parts[0]];
  });
}

const stepped = ([r, g, b]: Rgb): string =>
  hexColor([
    255 * step(r / 255, brightnessSteps),
    255 * step(g / 255, brightnessSteps),
    255 * step(b / 255, brightnessSteps),
  ]);

/** Returns the colour of an attribution over the faint copy of an element of the image. */
function overColor(v: number, scale: number, below: Rgb): string {
  if (!Number.isFinite(v)) return hexColor(heatColors.nonFinite);
  const brightness = step((below[0] + below[1] + below[2]) / 765, brightnessSteps) * 255;
  const faint = mixColors([brightness, brightness, brightness], white, fade);
  const share = scale === 0 ? 0 : step(Math.abs(v) / scale, colorSteps);
  return hexColor(mixColors(faint, v > 0 ? heatColors.plus : heatColors.minus, share));
}

/** Draws an example at a position. Returns the markup and the height. */
function drawExample(
  example: AttributionExample,
  x: number,
  y: number,
  width: number,
  most: number,
): readonly [string, number] {
  const map = decodeGrid(example.map, most);
  const channels = (example.image ?? []).map((grid) => decodeGrid(grid, most));
  const scale = decodeNumber(example.map.scale);
  const plan = new Arrangement(map.rows, map.columns, {
    panels: [{ rows: [0, map.rows], columns: [0, map.columns] }],
    direction: "right",
    note: "",
  });
  const panels = channels.length > 0 ? 2 : 1;
  const room = (width - (panels - 1) * gap) / panels;
  const side = Math.min(room / plan.width, maxHeight / plan.height);
  const box = { x, y: y + titleHeight, width: plan.width * side, height: Math.max(plan.height * side, 12) };
  const title = label(
    x,
    y + 13,
    cut(`${example.title}, strongest ${formatNumber(example.map.scale)}`, Math.floor(width / 5.5)),
    { "font-size": 11.5 },
  );
  if (channels.length === 0)
    return [
      title +
        squares(
          map.values.map((v) => heatFill(v, scale)),
          map.columns,
          plan,
          box,
        ),
      box.height + titleHeight,
    ];
  const colors = imageColors(example, channels);
  const over = map.values.map((v, i) => overColor(v, scale, colors[i]));
  return [
    title +
      squares(colors.map(stepped), map.columns, plan, box) +
      squares(over, map.columns, plan, { ...box, x: x + box.width + gap }),
    box.height + titleHeight,
  ];
}

/** Returns the picture of images and matrices with their attributions. */
export function attributionSvg(data: AttributionData): string {
  const { examples } = data;
  const across = examples.length > 1 ? 2 : 1;
  const width = (pageWidth - 2 * margin - (across - 1) * 2 * gap) / across;
  const most = Math.floor(maxSquares / Math.max(examples.length, 1));
  const parts: string[] = [
    label(margin, 20, data.method, { "font-weight": "bold" }),
    label(margin, 36, cut(data.facts.join(" · "), 100), note),
  ];
  let y = 46;
  for (let i = 0; i < examples.length; i += across) {
    const row = examples
      .slice(i, i + across)
      .map((e, k) => drawExample(e, margin + k * (width + 2 * gap), y, width, most));
    parts.push(...row.map(([svg]) => svg));
    y += Math.max(...row.map(([, height]) => height)) + gap;
  }
  const legend = [
    data.signed ? "orange raises the output, blue lowers it" : "orange is strong",
    ...omittedWords(data),
  ].join(" · ");
  parts.push(label(margin, y + 8, legend, note));
  return picture(
    { width: pageWidth, height: y + 20, title: data.method, description: attributionHeadline(data) },
    ...parts,
  );
}

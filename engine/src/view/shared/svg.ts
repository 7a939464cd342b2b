/** Parts of still pictures in SVG. They use presentation attributes only, which GitHub, nbviewer and sanitizers keep. */
import { type Attributes, element, escapeText } from "./markup.ts";
import { pageColors } from "./page.ts";

/** Returns a line of text. */
export const label = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element("text", { x, y, fill: pageColors.ink, "font-size": 12, ...attributes }, escapeText(text));

/** A picture's size, and its texts for screen readers. */
export interface PictureOptions {
  readonly width: number;
  readonly height: number;
  /** Factor of the size in which the picture is drawn. */
  readonly scale?: number;
  readonly title: string;
  readonly description: string;
}

/** Returns a picture on a framed background. */
export function picture(options: PictureOptions, ...children: readonly string[]): string {
  const { width, height, scale = 1, title, description } = options;
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: Math.round(width * scale),
      height: Math.round(height * scale),
      viewBox: `0 0 ${width} ${height}`,
      "font-family": "Helvetica, Arial, sans-serif",
      role: "img",
    },
    element("title", {}, escapeText(title)),
    element("desc", {}, escapeText(description)),
    element("rect", {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 4,
      fill: pageColors.back,
      stroke: pageColors.line,
    }),
    ...children,
  );
}

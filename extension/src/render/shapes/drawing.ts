/** Draws the operands of a failed call, in the colours of the theme. */
import { type Drawing, drawOperands, type Mark, type ShapesData } from "tapelab/view";
import { s } from "../../dom.js";

const round = (v: number): number => Math.round(v * 10) / 10;

function drawMark(mark: Mark): SVGElement {
  if (mark.kind === "arc") return s("path", { class: "tapelab-clash-arc", d: mark.d });
  const [x, y] = [round(mark.x), round(mark.y)];
  if (mark.kind === "text")
    return s("text", { class: `tapelab-operand-${mark.role}`, x, y, "text-anchor": mark.anchor }, mark.text);
  return s("rect", {
    class: `tapelab-operand tapelab-operand-${mark.role}${mark.behind ? " tapelab-behind" : ""}`,
    x,
    y,
    width: round(mark.width),
    height: round(mark.height),
  });
}

/** Draws the operands for a width. The drawing is decoration for readers that get the table of operands. */
export function drawShapes(data: ShapesData, width: number): SVGSVGElement {
  const drawing: Drawing = drawOperands(data, width);
  return s(
    "svg",
    {
      class: "tapelab-operands",
      width: Math.ceil(drawing.width) + 2,
      height: Math.ceil(drawing.height),
      role: "img",
      "aria-label": data.sentence,
    },
    ...drawing.marks.map(drawMark),
  );
}

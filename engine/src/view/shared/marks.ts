/** The marks of charts: plain shapes that a still picture and the extension draw alike. */

/** The meaning of a mark, which decides its colour. */
export type Role = "forward" | "backward" | "alarm" | "axis" | "faint" | "ink";

/** A shape of a chart. */
export type Mark =
  | {
      readonly shape: "line" | "area";
      readonly d: string;
      readonly role: Role;
      readonly opacity?: number;
      readonly width?: number;
      readonly dash?: string;
      /** Index of the layer whose curve it is. */
      readonly layer?: number;
    }
  | {
      readonly shape: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly role: Role;
      readonly anchor?: "middle" | "end";
    };

/** A chart: its marks, and what a screen reader says. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

const half = (v: number): number => Math.round(2 * v) / 2;

/** Writes a path in steps of half a pixel. Points that are `null` interrupt it. */
export function pathOf(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let d = "";
  let at: readonly [number, number] | null = null;
  for (const point of points) {
    if (point === null) {
      at = null;
      continue;
    }
    const to: readonly [number, number] = [half(point[0]), half(point[1])];
    if (at === null) d += `M${to[0]} ${to[1]}h0`;
    else {
      const [dx, dy] = [to[0] - at[0], to[1] - at[1]];
      d += dy === 0 ? `h${dx}` : `l${dx}${dy < 0 ? "" : " "}${dy}`;
    }
    at = to;
  }
  return d;
}

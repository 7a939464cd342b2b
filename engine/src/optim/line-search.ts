/** A line search for the strong Wolfe conditions. Source: Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6, with the safeguards of Schmidt's minFunc. */
import type { Tensor } from "../tensor/tensor.ts";

/** A point on the line x + t d: the loss there, its gradient, and its slope along d. */
export interface LinePoint {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Tensor;
  readonly slope: number;
}

/** Returns the minimum of the cubic through two points with their slopes, within bounds, which are the points by default. */
function cubicMinimum(a: LinePoint, b: LinePoint, bounds?: readonly [number, number]): number {
  const [p, q] = a.t <= b.t ? [a, b] : [b, a];
  const [least, most] = bounds ?? [p.t, q.t];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const t = q.t - (q.t - p.t) * ((q.slope + d2 - d1) / (q.slope - p.slope + 2 * d2));
  return Math.min(Math.max(t, least), most);
}

/** Weights of the conditions: of sufficient decrease, and of the slope. */
const [decrease, curvature] = [1e-4, 0.9];

/** A line on which a point is searched. */
interface Line {
  /** The point at t = 0. */
  readonly start: LinePoint;
  /** Evaluates the loss at t. */
  readonly at: (t: number) => LinePoint;
  /** Largest absolute element of the direction. */
  readonly length: number;
  /** Change of a parameter below which the search ends. */
  readonly tolerance: number;
  /** Largest number of evaluations after the first. */
  readonly limit: number;
}

const decreases = ({ start }: Line, p: LinePoint): boolean => p.loss <= start.loss + decrease * p.t * start.slope;

const isFlat = ({ start }: Line, p: LinePoint): boolean => Math.abs(p.slope) <= -curvature * start.slope;

/** Returns two points between which a point satisfies the conditions, or the one point that does, and the number of evaluations after the first. */
function bracket(line: Line, first: number): readonly [points: LinePoint[], steps: number] {
  let previous = line.start;
  let p = line.at(first);
  for (let steps = 0; steps < line.limit; steps++) {
    if (!decreases(line, p) || (steps > 1 && p.loss >= previous.loss)) return [[previous, p], steps];
    if (isFlat(line, p)) return [[p], steps];
    if (p.slope >= 0) return [[previous, p], steps];
    const next = cubicMinimum(previous, p, [p.t + 0.01 * (p.t - previous.t), p.t * 10]);
    previous = p;
    p = line.at(next);
  }
  return [[line.start, p], line.limit];
}

/** Keeps a trial point away from the ends of an interval, by a tenth of it, when it was near an end before or lies on one. */
function safeguarded(t: number, ends: readonly number[], wasNear: boolean): readonly [t: number, isNear: boolean] {
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const margin = 0.1 * (most - least);
  if (Math.min(most - t, t - least) >= margin) return [t, false];
  if (!wasNear && t < most && t > least) return [t, true];
  return [Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin, false];
}

/** Narrows a bracket until a point satisfies the conditions, the limit of evaluations, or that of the interval's length; returns the lowest point. */
function zoom(line: Line, [a, b]: readonly LinePoint[], steps: number): readonly [point: LinePoint, steps: number] {
  let points = [a, b];
  let low = a.loss <= b.loss ? 0 : 1;
  let isNear = false;
  while (steps < line.limit && Math.abs(points[1].t - points[0].t) * line.length >= line.tolerance) {
    const ends = points.map((p) => p.t);
    let t = cubicMinimum(points[0], points[1]);
    [t, isNear] = safeguarded(t, ends, isNear);
    const p = line.at(t);
    steps++;
    const high = 1 - low;
    if (!decreases(line, p) || p.loss >= points[low].loss) {
      points = points.with(high, p);
      low = points[0].loss <= points[1].loss ? 0 : 1;
      continue;
    }
    const isDone = isFlat(line, p);
    if (!isDone && p.slope * (points[high].t - points[low].t) >= 0) points = points.with(high, points[low]);
    points = points.with(low, p);
    if (isDone) break;
  }
  return [points[low], steps];
}

/** Returns a point that satisfies the strong Wolfe conditions, or the best one found, and the number of evaluations. */
export function strongWolfe(line: Line, first: number): readonly [point: LinePoint, evaluations: number] {
  const [points, steps] = bracket(line, first);
  if (points.length === 1) return [points[0], steps + 1];
  const [point, all] = zoom(line, points, steps);
  return [point, all + 1];
}

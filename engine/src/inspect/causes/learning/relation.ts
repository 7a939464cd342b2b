/** The relation of `grad` to the gradient that backward formed. */
import type { Draft } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { isZero, numbersOf, readElements } from "../gradient/numbers.ts";
import { num } from "../gradient/words.ts";

/** The relation between `grad` and the gradient that the walk formed. */
export type Relation =
  | { readonly kind: "equal" | "unknown" | "other" | "zero" }
  | { readonly kind: "scaled" | "limited"; readonly factor: number };

const close = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-4 * Math.abs(b) + 1e-6 * scale;

/** Returns how `grad` relates to the gradient that the last walk formed. */
export function relationOf({ grad, formed, flow, wasReachedByLastWalk }: GradientCase): Relation {
  if (grad === null || formed === null || flow?.ran !== true || flow.source !== "watched" || !wasReachedByLastWalk)
    return { kind: "unknown" };
  const [g, f] = [readElements(grad), readElements(formed)];
  const { peak, norm } = numbersOf(formed);
  if (peak === 0 || g.length !== f.length) return { kind: "unknown" };
  const now = numbersOf(grad);
  if (isZero(now)) return { kind: "zero" };
  const all = (test: (i: number) => boolean): boolean => Array.from(f).every((_, i) => test(i));
  if (all((i) => close(g[i], f[i], peak))) return { kind: "equal" };
  const factor = now.norm / norm;
  if (all((i) => close(g[i], factor * f[i], factor * peak))) return { kind: "scaled", factor };
  const limit = now.peak;
  if (limit < peak && all((i) => close(g[i], Math.min(Math.max(f[i], -limit), limit), limit)))
    return { kind: "limited", factor: limit };
  return { kind: "other" };
}

export const norms = ({ grad, formed }: GradientCase): Draft["evidence"] => [
  ...(formed === null ? [] : [fact("formed by backward", `norm ${num(numbersOf(formed).norm)}`)]),
  ...(grad === null ? [] : [fact("grad now", `norm ${num(numbersOf(grad).norm)}`)]),
];

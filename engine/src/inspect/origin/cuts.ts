/** Values that left the tape: the way on which their origin goes on, by names alone, as neither graph nor elements are kept. */
import { encodeSummaries, type OriginSteps } from "../../protocol/index.ts";
import { type Cut, type CutKind, cutsIn, type TrailStep } from "../../tensor/cut.ts";
import { placeText } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Places } from "../shared/places.ts";

const verbs: Readonly<Record<CutKind, (op: string) => string>> = {
  detach: () => "detached from",
  "no-grad": (op) => `computed by ${op} under noGrad from`,
  "no-derivative": (op) => `computed by ${op}, which has no gradient, from`,
  copy: (op) => `copied by ${op} from`,
  array: (op) => `made of elements that ${op} read from`,
};

/** Returns `detached from the result of relu [8, 16] in cell [4], line 2`. */
function cutWords({ kind, op, shape, trail, site }: Cut): string {
  const size = `[${shape.join(", ")}]`;
  const value = trail.op === null ? `a leaf ${size}` : `the result of ${trail.op} ${size}`;
  return `${verbs[kind](op)} ${value}${placeText(site === null ? null : { resolve: () => site })}`;
}

/** Returns how the value of a tensor left the tape in words; "" if it did not, or that is not known. */
export const wayOffTape = (t: Tensor | null): string =>
  cutsIn(t?.cut ?? null)
    .filter((cut) => cut.match !== "count")
    .map(cutWords)
    .join(", and ");

/** Encodes the last ops before a value left the tape, the latest first. */
export function encodeTrail(t: Tensor, places: Places): OriginSteps | null {
  const [cut] = cutsIn(t.cut).filter((c) => c.match !== "count");
  const steps: readonly TrailStep[] = cut?.trail.steps ?? [];
  if (steps.length === 0) return null;
  const indices = new Map(steps.map((step, i) => [step.seq, i]));
  return {
    op: steps.map((step) => step.op),
    label: steps.map((step) => step.op),
    scope: steps.map((step) => step.scope),
    shape: steps.map((step) => step.shape),
    dtype: steps.map(() => ""),
    distance: steps.map((_, i) => i + 1),
    inputs: steps.map((step) => step.inputs.map((seq) => indices.get(seq) ?? null)),
    site: steps.map(({ site }) => places.place(site === null ? null : { resolve: () => site })),
    frame: steps.map(() => -1),
    value: encodeSummaries([]),
  };
}

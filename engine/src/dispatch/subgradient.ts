/** The choice of another subgradient at kinks: where it is set, ops are recorded with the rules for that choice. */

import { ambient, during } from "../platform/ambient.ts";
import { savePlans } from "../tape/graph/save-plans.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Kink, Subgradient, Subgradients } from "./kink.ts";
import { registered } from "./registry.ts";
import type { AnyOp } from "./spec.ts";

/** Records with the rules for the choice, by the records that they replace; `null` if nothing is chosen. */
type Chosen = ReadonlyMap<AnyOp, AnyOp> | null;

const current = ambient(() => ({ chosen: null as Chosen }));

/** Returns the record with the gradient rule that the program has chosen. */
export const withChosenSubgradient = (op: AnyOp): AnyOp =>
  current.chosen === null ? op : (current.chosen.get(op) ?? op);

/**
 * Chooses the gradient at kinks of ops that run from now on: inside `body`, for an async body until its promise settles; without a body, for the rest of the program
 * or until the next call. Kinks that are not named have PyTorch's gradients, and an empty record restores them all. Labels on the tape show the choices.
 * @throws ArgumentError for a name or a value that is not among the choices.
 * @example
 * const x = tensor([0], { requiresGrad: true });
 * autograd.setSubgradients({ relu: 0.5 }, () => x.relu()).backward();
 * x.grad!.item(); // 0.5
 */
export function setSubgradients(choices: Subgradients): void;
export function setSubgradients<T>(choices: Subgradients, body: () => T): T;
export function setSubgradients<T>(choices: Subgradients, body?: () => T): T | undefined {
  const before = current.chosen;
  current.chosen = chosenOps(choices);
  if (body === undefined) return undefined;
  return during(body, () => {
    current.chosen = before;
  });
}

/** Returns the ops whose kinks are named, with the rules for the choices. */
function chosenOps(choices: Subgradients): Chosen {
  const chosen = new Map<AnyOp, AnyOp>();
  for (const { spec } of registered.values()) {
    const choice = spec?.kink === undefined ? undefined : choices[spec.kink.option];
    if (spec?.kink !== undefined && choice !== undefined) chosen.set(spec, withChoice(spec, spec.kink, choice));
  }
  return chosen.size === 0 ? null : chosen;
}

/** Returns the record of an op with the rules for a choice, without fast rules, and with a label that shows the choice. */
function withChoice(op: AnyOp, kink: Kink<unknown>, choice: Subgradient): AnyOp {
  requireChoice(kink, choice);
  const { tex, saves, vjp, jvp } = kink.rules(choice);
  return {
    ...op,
    label: (params) => `${op.label(params)}, ${choice} at ${kink.at}`,
    tex: { ...op.tex, vjp: tex },
    saves,
    plans: savePlans(saves),
    vjp,
    jvp,
    rows: undefined,
    fastPath: { kernel: null, complexKernel: null, rule: null },
  };
}

/** Refuses slopes outside of the interval. */
function requireChoice({ option, choices: [low, high] }: Kink<unknown>, choice: Subgradient): void {
  if (typeof choice !== "number" || (choice >= (low as number) && choice <= (high as number))) return;
  throw new ArgumentError("setSubgradients", `${option} must be a slope in [${low}, ${high}], but got ${choice}`);
}

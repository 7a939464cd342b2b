/** Tries candidates: each is run without computing elements, and those that fit are kept with the shape of their result. */

import { withDryRun } from "../../dispatch/batched.ts";
import { withWarnings } from "../../platform/warn.ts";
import type { ErrorFix } from "../../protocol/index.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { showShape } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { BoundCall } from "./bound-call.ts";
import type { Candidate } from "./candidate.ts";
import type { Reason } from "./parts.ts";

/** Candidates that are tried at most, and fixes that are shown: without a warning, and with one. */
const maxTried = 120;
const [maxSound, maxWarned] = [3, 2];

/** The cost from which a change is shown only if nothing else fits. */
const remote = 6;

/** A candidate that ran. */
interface Outcome {
  readonly candidate: Candidate;
  readonly result: Tensor | null;
  readonly warnings: readonly string[];
  readonly key: string;
}

const firstTensor = (result: unknown): Tensor | null =>
  result instanceof Tensor ? result : Array.isArray(result) ? firstTensor(result[0]) : null;

/** Runs a candidate; `null` if the call throws. */
function attempt(call: BoundCall, candidate: Candidate): Outcome | null {
  const warnings: string[] = [];
  try {
    const { changes: make } = candidate;
    const changes = noGrad(() => (candidate.computes === true ? make() : withDryRun(make)));
    const result = withWarnings(
      (text) => void warnings.push(text),
      () => call.retry(changes),
    );
    const shapes = changes.map(
      ([slot, v]) =>
        `${JSON.stringify(slot)}${v instanceof Tensor ? `${v.shape.join()}/${v.dtype}/${v.strides.join()}` : String(v)}`,
    );
    return { candidate, result: firstTensor(result), warnings, key: shapes.join() };
  } catch {
    return null;
  }
}

/** Returns the warning of a result that has the elements of the largest operand in another order. */
function orderWarning(call: BoundCall, reason: Reason, { candidate, result }: Outcome): string | null {
  if (reason.comparison !== "broadcast" || result === null || candidate.operand < 0) return null;
  const sizes = call.operands.map((o) => o.tensor.numel());
  const { shape } = call.operands[sizes.indexOf(Math.max(...sizes))].tensor;
  return /\.(t|transpose|permute)\(/.test(candidate.key) && !sameShape(result.shape, shape)
    ? `the result has its dimensions in another order than ${showShape(shape)}`
    : null;
}

/** Returns the warning of a result that is larger than every operand, as when each element of one meets each of the other. */
function growthWarning(call: BoundCall, reason: Reason, result: Tensor | null): string | null {
  if (reason.comparison !== "broadcast" || result === null || call.operands.length < 2) return null;
  const largest = Math.max(...call.operands.map((o) => o.tensor.numel()));
  return result.numel() > largest ? "repeats both: every element of one meets every element of the other" : null;
}

/** Returns the warning of a call that itself warned. */
function lossWarning(warnings: readonly string[]): string | null {
  return warnings.length === 0 ? null : "its shapes are broadcast, which is rarely meant here";
}

/** The changes that ran. */
export interface Trials {
  readonly fixes: readonly ErrorFix[];
  readonly tried: number;
  /** The operand that the cheapest of them changes; -1 for none. */
  readonly operand: number;
}

/** Tries the candidates, cheapest first. */
export function tryAll(call: BoundCall, reason: Reason, candidates: readonly Candidate[]): Trials {
  const seen = new Set<string>();
  const [sound, warned, far]: [ErrorFix[], ErrorFix[], ErrorFix[]] = [[], [], []];
  const operands: number[] = [];
  const tried = candidates.slice(0, maxTried);
  for (const candidate of tried) {
    const outcome = attempt(call, candidate);
    if (outcome === null || seen.has(outcome.key) || seen.has(candidate.code)) continue;
    seen.add(outcome.key).add(candidate.code);
    const { result } = outcome;
    const warning =
      candidate.warning ??
      growthWarning(call, reason, result) ??
      orderWarning(call, reason, outcome) ??
      lossWarning(outcome.warnings);
    const fix = { code: candidate.code, shape: result?.shape ?? null, dtype: result?.dtype ?? "", warning };
    (candidate.cost >= remote ? far : warning === null ? sound : warned).push(fix);
    operands.push(candidate.operand);
  }
  const others = sound.length > 0 ? warned : [...warned, ...far];
  return {
    fixes: [...sound.slice(0, maxSound), ...others.slice(0, maxWarned)],
    tried: tried.length,
    operand: operands[0] ?? -1,
  };
}

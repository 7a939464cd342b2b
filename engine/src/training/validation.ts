/** Validation: the loss and the metrics of batches in evaluation mode. */
import type { Module } from "../nn/base/module.ts";
import { noGrad } from "../tape/graph/mode.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { iterate } from "./batches.ts";
import type { Measures } from "./measures.ts";
import type { Batches } from "./options.ts";
import { examplesOf, requireBatch, type Stepper } from "./step.ts";

/** Returns a function that sets the training modes of a module and its descendants to what they are. */
export function preserveModes(model: Module): () => void {
  const modes = Array.from(model.modules(), (m) => [m, m.training] as const);
  return () => {
    for (const [m, training] of modes) m.training = training;
  };
}

/**
 * Measures the batches of validation without gradients, by a model in evaluation mode. `breathe` is called after each batch; validation ends where it returns false.
 * Returns whether all batches were measured.
 */
export async function validate(
  batches: Batches,
  stepper: Stepper,
  measures: Measures,
  breathe: () => boolean | Promise<boolean>,
): Promise<boolean> {
  measures.reset();
  const iterator = iterate(batches);
  let count = 0;
  let isOver = false;
  try {
    for (;;) {
      const next = iterator.next();
      const { done, value: batch } = next instanceof Promise ? await next : next;
      if (done === true) {
        isOver = true;
        break;
      }
      requireBatch(batch);
      count++;
      noGrad(() => {
        const { loss, output, target } = stepper.evaluate(batch);
        measures.addLoss(loss.item(), examplesOf(batch));
        if (output !== undefined && target !== undefined) measures.addOutput(output, target);
      });
      const goesOn = breathe();
      if (!(goesOn instanceof Promise ? await goesOn : goesOn)) return false;
    }
  } finally {
    if (!isOver) iterator.return?.();
  }
  if (count === 0)
    throw new ArgumentError("fit", "validation has no batches; a generator can be iterated over only once");
  return true;
}

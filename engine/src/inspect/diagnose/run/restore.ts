/** Restores a training after steps that were run only to be examined: weights, buffers, gradients, modes, state of optimizers, and random numbers. */

import type { Module } from "../../../nn/base/module.ts";
import type { Optimizer } from "../../../optim/optimizer.ts";
import { copyOf } from "../../../optim/state.ts";
import { restoring } from "../../../platform/ambient.ts";
import { lastWalk, restoreLastWalk } from "../../../tape/backward/last-walk.ts";
import { noGrad } from "../../../tape/graph/mode.ts";
import { AccumulateGrad, preserveNotes, recordedEdge } from "../../../tape/graph/node.ts";
import type { Generator, GeneratorState } from "../../../tensor/random.ts";
import { withDrawListener } from "../../../tensor/random.ts";
import { peekGrad, type Tensor } from "../../../tensor/tensor.ts";

/** Returns the terminal node of a leaf that requires a gradient; none for others. */
const leafNode = (t: Tensor): AccumulateGrad[] => {
  const node = recordedEdge(t)?.node;
  return node instanceof AccumulateGrad ? [node] : [];
};

/** Returns a function that restores the state of modules, optimizers and tensors as it is now. */
function preserve(
  modules: readonly Module[],
  optimizers: readonly Optimizer[],
  tensors: readonly Tensor[],
): () => void {
  const buffers = modules.flatMap((m) => m.buffers());
  const parameters = [
    ...new Set([...modules.flatMap((m) => m.parameters()), ...optimizers.flatMap((o) => o.parameters), ...tensors]),
  ];
  const values = [...new Set([...parameters, ...buffers])].map((t) => [t, copyOf(t), t.storage.version] as const);
  const gradients = parameters.map((t) => {
    const g = peekGrad(t) === null && !t.accumulator?.rows ? null : t.grad;
    return [t, g, g === null ? null : copyOf(g), t.requiresGrad] as const;
  });
  const modes = modules.flatMap((m) => [...m.modules()]).map((m) => [m, m.training] as const);
  const restores = optimizers.map((o) => o.preserveState());
  // uses and passes of the examined steps are not those of the program
  const notes = parameters.flatMap(leafNode).map(preserveNotes);
  const walk = lastWalk();
  return () => {
    noGrad(() => {
      for (const [t, value, version] of values) {
        t.copy_(value);
        // with the elements of before, graphs that were recorded before can still be walked
        t.storage.version = version;
      }
      for (const [t, g, value, requiresGrad] of gradients) {
        if (g !== null && value !== null) g.copy_(value);
        t.grad = g;
        if (t.isLeaf) t.requiresGrad = requiresGrad;
      }
    });
    for (const [m, training] of modes) m.training = training;
    for (const restore of [...restores, ...notes]) restore();
    restoreLastWalk(walk);
  };
}

/** Runs `body`, and restores models, optimizers, tensors and generators of random numbers after it; after an async body when its promise settles. */
export function restoringTraining<T>(
  models: readonly Module[],
  optimizers: readonly Optimizer[],
  tensors: readonly Tensor[],
  body: () => T,
): T {
  const restore = preserve(models, optimizers, tensors);
  const generators = new Map<Generator, GeneratorState>();
  const end = (): void => {
    restore();
    for (const [generator, state] of generators) generator.setState(state);
  };
  const run = (): T =>
    withDrawListener((generator) => {
      if (!generators.has(generator)) generators.set(generator, generator.getState());
    }, body);
  return restoring(run, end);
}

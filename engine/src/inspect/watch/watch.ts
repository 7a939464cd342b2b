/** `watch`: the loss, the gradients and the weights of a training while it runs. */
import { ArgumentError } from "../../tensor/errors.ts";
import { type DiagnosisModel, optimizersOf, subjectOf } from "../diagnose/run/options.ts";
import { defaultShare, type WatchTrainingOptions } from "./options.ts";
import { Watch } from "./watched.ts";

export { Watch, type WatchTrainingOptions };

/**
 * Watches a training that the program runs itself, from now on: the loss of each step, and for the layers the norms of gradients and weights, the size of updates
 * and the share of dead units, in as many steps as a small share of the time allows. A step ends when all of the optimizers have stepped. Notebooks show it live
 * below the cell that trains, and keep a picture and a table; elsewhere it prints as text. Where something goes wrong, the causes that `diagnose` knows are looked
 * for, and the tape of the step is kept. The memory is the same however long the training is.
 * @throws ArgumentError without an optimizer.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 1));
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const run = watch(model, { optimizer });
 * for (let i = 0; i < 20; i++) {
 *   optimizer.zeroGrad();
 *   F.mseLoss(model.forward(randn([8, 2])), zeros([8, 1])).backward();
 *   optimizer.step();
 * }
 * run.stop();
 * run.steps; // 20
 */
export function watch(model: DiagnosisModel, options: WatchTrainingOptions): Watch {
  const optimizers = optimizersOf(options.optimizer, "watch");
  if (optimizers.length === 0)
    throw new ArgumentError("watch", "expected an optimizer, whose steps end the steps of the training");
  const { share = defaultShare } = options;
  if (!(share > 0 && share <= 1))
    throw new ArgumentError("watch", `share must be above 0 and at most 1, but got ${share}`);
  return new Watch(subjectOf(model, optimizers, "watch"), options);
}

/** A model with averaged weights, and the statistics of its batch normalization. */
import { functionalCall } from "../../nn/base/functional-call.ts";
import { Module } from "../../nn/base/module.ts";
import { Buffer, Parameter } from "../../nn/base/parameter.ts";
import { BatchNormBase } from "../../nn/layers/batch-norm-base.ts";
import { restoring } from "../../platform/ambient.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { zeros } from "../../tensor/create.ts";
import { isComplex, isFloating } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { copyOf } from "../state.ts";
import { type AverageFunction, getSwaAvgFn } from "./averages.ts";

/** A module that is called with arguments `A` and returns `Y`. */
type Callable<A extends readonly unknown[], Y> = Module & { forward(...args: A): Y };

/** Options of `AveragedModel`. */
export interface AveragedModelOptions {
  /** The average; of all values equally by default. See `getEmaAvgFn` for an exponential one. */
  readonly avgFn?: AverageFunction;
  /** Whether buffers are averaged too; false, copied, by default. Buffers of integers are always copied. */
  readonly useBuffers?: boolean;
}

/**
 * A model whose parameters are averages of those of another one, which `updateParameters` adds in: stochastic weight averaging, or an exponential moving average. Its forward
 * is that of the model with the averaged parameters. Names in the state dictionary begin with `module.`, as in PyTorch. Source: Izmailov et al., 2018.
 * @throws ArgumentError when a model with other names is added.
 * @example
 * const model = new nn.Linear(1, 1, { bias: false });
 * const averaged = new optim.swaUtils.AveragedModel(model);
 * for (const w of [1, 3]) {
 *   model.loadStateDict({ weight: tensor([[w]]) });
 *   averaged.updateParameters(model);
 * }
 * averaged.forward(tensor([[1]])).toArray(); // [[2]]
 */
export class AveragedModel<A extends readonly unknown[], Y> extends Module {
  /** The averaged parameters and the buffers, by their names in the model. */
  readonly module: Record<string, Parameter | Buffer> = {};
  /** Number of models that were averaged, an int64 scalar. */
  readonly nAveraged: Buffer;
  readonly #model: Callable<A, Y>;
  readonly #average: AverageFunction;
  readonly #averagesBuffers: boolean;

  constructor(model: Callable<A, Y>, options: AveragedModelOptions = {}) {
    checkNew(new.target, arguments);
    super();
    this.#model = model;
    this.#average = options.avgFn ?? getSwaAvgFn();
    this.#averagesBuffers = options.useBuffers ?? false;
    for (const [name, p] of model.namedParameters())
      this.module[name] = new Parameter(copyOf(p.detach()), p.requiresGrad);
    for (const [name, b] of model.namedBuffers()) this.module[name] = new Buffer(copyOf(b), b.persistent);
    this.nAveraged = new Buffer(zeros([], { dtype: "int64" }));
  }

  override forward(...args: A): Y {
    const { training } = this.#model;
    return restoring(
      () => {
        this.#model.train(this.training);
        return functionalCall(this.#model, this.module, ...args);
      },
      () => void this.#model.train(training),
    );
  }

  /** Adds the parameters of a model, usually that of the constructor, to the average. The first ones are copied. */
  updateParameters(model: Module): void {
    const count = this.nAveraged.item();
    const parameters = new Map<string, Tensor>(model.namedParameters());
    const buffers = new Map<string, Tensor>(model.namedBuffers());
    for (const name of Object.keys(this.module))
      if (!parameters.has(name) && !buffers.has(name))
        throw new ArgumentError("AveragedModel.updateParameters", `the model has no "${name}"`);
    noGrad(() => {
      for (const [name, averaged] of Object.entries(this.module)) {
        const current = (parameters.get(name) ?? buffers.get(name) ?? averaged).detach();
        const isAveraged =
          count > 0 &&
          (parameters.has(name) || this.#averagesBuffers) &&
          (isFloating(averaged.dtype) || isComplex(averaged.dtype));
        averaged.detach().copy_(isAveraged ? this.#average(averaged.detach(), current, count) : current);
      }
      this.nAveraged.add_(1);
    });
  }
}

/**
 * Computes the running statistics of all batch normalization layers of a model anew, as averages over the batches of `loader`, with the model in training mode. A batch is an
 * input, or a list whose first element is the input. Averaged weights need it, as the statistics belong to other weights.
 * @example
 * const model = new nn.Sequential(new nn.BatchNorm1d(1));
 * optim.swaUtils.updateBn([tensor([[1], [3]])], model);
 * model.stateDict()["0.runningMean"].toArray(); // [2]
 */
export function updateBn(loader: Iterable<unknown>, model: Module & { forward(input: Tensor): unknown }): void {
  const layers = [...model.modules()].filter((m): m is BatchNormBase => m instanceof BatchNormBase);
  if (layers.length === 0) return;
  const momenta = layers.map((layer) => layer.momentum);
  const { training } = model;
  restoring(
    () =>
      noGrad(() => {
        model.train();
        for (const layer of layers) {
          layer.resetRunningStats();
          layer.momentum = null;
        }
        for (const batch of loader) {
          const input: unknown = Array.isArray(batch) ? batch[0] : batch;
          if (!(input instanceof Tensor))
            throw new ArgumentError("updateBn", "a batch must be a tensor or a list that begins with one");
          model.forward(input);
        }
      }),
    () => {
      layers.forEach((layer, k) => {
        layer.momentum = momenta[k];
      });
      model.train(training);
    },
  );
}

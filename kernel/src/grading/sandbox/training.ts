/** Trains a module of a submission, as `check.trains` asks for. */

type Engine = typeof import("tapelab");
type AnyTensor = import("tapelab").Tensor;

/** Trains a module on classes for a time, and returns the last loss. */
export function train(engine: Engine, module: object, x: AnyTensor, y: AnyTensor, seconds: number, lr: number): number {
  const model = module as import("tapelab").nn.Module & { forward(x: AnyTensor): AnyTensor };
  const optimizer = new engine.optim.Adam(model.parameters(), { lr });
  const end = performance.now() + 1000 * seconds;
  let loss = Number.NaN;
  while (performance.now() < end) {
    optimizer.zeroGrad();
    const value = engine.F.crossEntropy(model.forward(x), y);
    value.backward();
    optimizer.step();
    loss = value.item();
    if (!(loss > 1e-3)) break;
  }
  return loss;
}

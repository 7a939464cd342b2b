/** Distributions of shares: beta and Dirichlet. */
import { xlog1py } from "../ops/special/xlog1py.ts";
import { checkNew } from "../tensor/arguments/guard.ts";
import { ArgumentError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastParameters, Distribution, type Parameter, type SampleOptions } from "./distribution.ts";
import { gammaOf, logBeta } from "./standard-gamma.ts";
import { requireWithin } from "./support.ts";

/**
 * The Dirichlet distribution of positive numbers with sum 1, with the density ∏ xᵢ^(αᵢ - 1) / B(α). The concentration is [...batch, k]. Gradients of samples are implicit ones of
 * the gamma distribution.
 * @throws ArgumentError for concentrations that are not positive, and for a number.
 * @example new distributions.Dirichlet(tensor([1, 3])).mean.toArray(); // [0.25, 0.75]
 */
export class Dirichlet extends Distribution {
  readonly concentration: Tensor;
  override readonly hasRsample = true;

  constructor(concentration: Tensor) {
    checkNew(new.target, arguments);
    const [a] = broadcastParameters("Dirichlet", { concentration }, { concentration: "positive" });
    if (a.ndim === 0) throw new ArgumentError("Dirichlet", "concentration must have at least one dimension");
    super(a.shape.slice(0, -1), a.shape.slice(-1));
    this.concentration = a;
  }

  get mean(): Tensor {
    return this.concentration.div(this.concentration.sum(-1, true));
  }

  get variance(): Tensor {
    const total = this.concentration.sum(-1, true);
    return this.concentration.mul(total.sub(this.concentration)).div(total.square().mul(total.add(1)));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const x = gammaOf(this.concentration, shape, options);
    return x.div(x.sum(-1, true));
  }

  logProb(value: Tensor): Tensor {
    requireSimplex(value);
    const a = this.concentration;
    return a.sub(1).xlogy(value).sum(-1).add(a.sum(-1).lgamma()).sub(a.lgamma().sum(-1));
  }

  override entropy(): Tensor {
    const a = this.concentration;
    const total = a.sum(-1);
    const k = a.shape[a.ndim - 1];
    const shares = a.sub(1).mul(a.digamma()).sum(-1);
    return a.lgamma().sum(-1).sub(total.lgamma()).sub(total.neg().add(k).mul(total.digamma())).sub(shares);
  }
}

/** Throws unless rows are non-negative with sum 1. */
function requireSimplex(value: Tensor): void {
  requireWithin("logProb", "values", value, "non-negative");
  const wrong = value.detach().sum(-1).sub(1).abs().gt(1e-6).any().item();
  if (wrong) throw new ArgumentError("logProb", "values must have the sum 1 along the last dimension");
}

/**
 * The beta distribution on [0, 1], with the density x^(α - 1) (1 - x)^(β - 1) / B(α, β); `concentration1` is α, `concentration0` is β. Gradients of samples are implicit ones of
 * the gamma distribution.
 * @throws ArgumentError for parameters that are not positive.
 * @example new distributions.Beta(1, 3).mean.item(); // 0.25
 */
export class Beta extends Distribution {
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;
  override readonly hasRsample = true;

  constructor(concentration1: Parameter, concentration0: Parameter) {
    checkNew(new.target, arguments);
    const sets = { concentration1: "positive", concentration0: "positive" } as const;
    const [a, b] = broadcastParameters("Beta", { concentration1, concentration0 }, sets);
    super(a.shape);
    this.concentration1 = a;
    this.concentration0 = b;
  }

  get mean(): Tensor {
    return this.concentration1.div(this.concentration1.add(this.concentration0));
  }

  get variance(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const total = a.add(b);
    return a.mul(b).div(total.square().mul(total.add(1)));
  }

  protected draw(shape: Shape, options: SampleOptions): Tensor {
    const x = gammaOf(this.concentration1, shape, options);
    return x.div(x.add(gammaOf(this.concentration0, shape, options)));
  }

  logProb(value: Tensor): Tensor {
    requireWithin("logProb", "values", value, "in [0, 1]");
    const [a, b] = [this.concentration1, this.concentration0];
    return a
      .sub(1)
      .xlogy(value)
      .add(xlog1py(b.sub(1), value.neg()))
      .sub(logBeta(a, b));
  }

  override entropy(): Tensor {
    const [a, b] = [this.concentration1, this.concentration0];
    const total = a.add(b);
    return logBeta(a, b)
      .sub(a.sub(1).mul(a.digamma()))
      .sub(b.sub(1).mul(b.digamma()))
      .add(total.sub(2).mul(total.digamma()));
  }
}

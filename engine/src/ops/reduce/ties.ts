/** Rules of the largest and smallest elements for a choice of those that get the gradient where several are equal. */

import type { Kink, KinkRules, TieChoice } from "../../dispatch/kink.ts";
import type { RuleContext } from "../../dispatch/spec.ts";
import { type Tensor } from "../../tensor/tensor.ts";
import { eq, isnan, logicalAnd, logicalOr } from "../elementwise/compare.ts";
import { to } from "../elementwise/convert.ts";
import { div } from "../elementwise/division.ts";
import { where } from "../elementwise/where.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { cumsum } from "./cumulative.ts";
import { countOf, type Reduce, unreduce } from "./reduction.ts";
import { sumOver } from "./sum-over.ts";

/** Returns where x equals the extreme y, and with `toNaN` where x is NaN. */
export function hitsOf(x: Tensor, y: Tensor, p: Reduce, toNaN: boolean): Tensor {
  const equal = eq(x, unreduce(y, x.shape, p));
  return toNaN ? logicalOr(equal, isnan(x)) : equal;
}

/** Returns the number of elements that are true in each group, in the dtype of `like`, with the reduced dimensions of size 1. */
export const countHits = (hits: Tensor, { dims }: Reduce, like: Tensor): Tensor =>
  sumOver(to(hits, like.dtype), { dims, keepdim: true });

/** Returns the first or the last true element of each group, in row-major order. */
function onlyOne(hits: Tensor, dims: readonly number[], which: "first" | "last"): Tensor {
  const kept = hits.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const order = [...kept, ...dims];
  const groups = reshape(permute(hits, order), [...kept.map((d) => hits.shape[d]), countOf(hits.shape, dims)]);
  const numbered = cumsum(groups, -1);
  const wanted = which === "first" ? 1 : numbered.narrow(-1, numbered.shape[numbered.ndim - 1] - 1, 1);
  const chosen = reshape(
    logicalAnd(groups, eq(numbered, wanted)),
    order.map((d) => hits.shape[d]),
  );
  return permute(
    chosen,
    order.map((_, d) => order.indexOf(d)),
  );
}

/** The parameters of an op as those of a reduction, and whether a NaN gets the gradient of a result that is NaN. */
type ReduceOf<P> = (ctx: RuleContext<P>) => Reduce & { readonly toNaN: boolean };

/** Returns the elements that get the gradient, and the number of those that share it. */
function winners<P>(ctx: RuleContext<P>, p: ReturnType<ReduceOf<P>>, choice: TieChoice): readonly [Tensor, Tensor] {
  const x = ctx.inputs[0];
  const hits = hitsOf(x, ctx.output, p, p.toNaN);
  const chosen = choice === "share" ? hits : onlyOne(hits, p.dims, choice);
  return [chosen, countHits(chosen, p, x)];
}

/** Returns the gradient and tangent rules for the first output. */
const tieRules = <P>(
  choice: TieChoice,
  reduceOf: ReduceOf<P>,
): { vjp: (g: Tensor, ctx: RuleContext<P>) => Tensor[]; jvp: (dx: Tensor, ctx: RuleContext<P>) => Tensor } => ({
  vjp: (g, ctx) => {
    const p = reduceOf(ctx);
    const [chosen, count] = winners(ctx, p, choice);
    return [div(where(chosen, unreduce(g, ctx.metas[0].shape, p), 0), count)];
  },
  jvp: (dx, ctx) => {
    const p = reduceOf(ctx);
    const [chosen, count] = winners(ctx, p, choice);
    return div(sumOver(where(chosen, dx, 0), p), reshape(count, ctx.output.shape));
  },
});

const weights: Readonly<Record<TieChoice, string>> = {
  share: "[x_i = y] / \\textstyle\\sum_j [x_j = y]",
  first: "[i = \\min \\{j : x_j = y\\}]",
  last: "[i = \\max \\{j : x_j = y\\}]",
};

/** Returns the kink of a reduction to the largest or smallest element. An op with a second output passes it through its tangent rule. */
export const tieKink = <P>(option: "max" | "min", usual: TieChoice, reduceOf: ReduceOf<P>): Kink<P> => ({
  option,
  at: "a tie",
  default: usual,
  choices: ["share", "first", "last"],
  rules: (chosen): KinkRules<P> => {
    const choice = chosen as TieChoice;
    const { vjp, jvp } = tieRules(choice, reduceOf);
    return {
      saves: { inputs: [0], outputs: [0, 1] },
      tex: `\\bar x_i = ${weights[choice]}\\, \\bar y`,
      vjp,
      jvp: ([dx], ctx) => {
        const first = jvp(dx as Tensor, ctx);
        return ctx.outputMetas.length === 1 ? first : [first, ...ctx.outputs.slice(1)];
      },
    };
  },
});

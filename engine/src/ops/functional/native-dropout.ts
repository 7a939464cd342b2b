/** PyTorch's op of dropout that also returns its mask, which `dropout` covers for users. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireFloat, requireTensor } from "../../dispatch/operand.ts";
import { onesLike } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import { checkedProbability, dropped, keepMask } from "./dropout-mask.ts";

/** Returns the tensor with elements set to 0 with probability `p`, and the mask of those that were kept. Without a value, `train` is true. */
export const nativeDropout: (input: Tensor, p: number, train: boolean | null) => readonly Tensor[] = defineComposite(
  {
    name: "nativeDropout",
    torch: "native_dropout",
    access: "internal",
    signature: "input, p, train",
    tex: "y = x \\odot m / (1 - p)",
    samples: (r) => [
      { input: r.normal([2, 3]), p: 0.5, train: false },
      { input: r.normal([3]), p: 0, train: true },
    ],
  },
  (input: Tensor, p: number, train: boolean | null): readonly Tensor[] => {
    const x = requireTensor("nativeDropout", input);
    checkedProbability("nativeDropout", p);
    if (train === false || p === 0) return [clone(x), onesLike(x.detach(), { dtype: "bool" })];
    requireFloat("nativeDropout", x.dtype);
    const keep = keepMask(x.shape, p, undefined);
    return [dropped(x, keep, p), keep];
  },
);

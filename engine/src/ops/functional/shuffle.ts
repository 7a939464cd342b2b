/** Exchange of channels with pixels, and among groups. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";

/** Checks that a factor or number of groups is a positive integer. */
function checkPositive(op: string, name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0))
    throw new ArgumentError(op, `${name} must be a positive integer, but got ${value}`);
}

/** Returns the leading dimensions of images, and their channels, height and width. */
function imageSizes(op: string, x: Tensor): readonly [lead: readonly number[], c: number, h: number, w: number] {
  if (x.ndim < 3) throw new ShapeError(op, "expected images [..., channels, height, width]", [x.shape]);
  const [c, h, w] = x.shape.slice(-3);
  return [x.shape.slice(0, -3), c, h, w];
}

/** Returns the tensor with its last dimensions in another order. */
const permuteLast = (x: Tensor, order: readonly number[]): Tensor => {
  const lead = x.ndim - order.length;
  return permute(x, [...Array.from({ length: lead }, (_, d) => d), ...order.map((d) => lead + d)]);
};

/**
 * Returns images [..., C r², H, W] as [..., C, H r, W r], where r² channels become the pixels of a square. Source: Shi et al., 2016.
 * @throws ShapeError for fewer than three dimensions, and when r² does not divide the number of channels; ArgumentError for a factor that is not positive.
 * @example pixelShuffle(tensor([[[1]], [[2]], [[3]], [[4]]]), 2).toArray(); // [[[1, 2], [3, 4]]]
 */
export const pixelShuffle: (input: Tensor, upscaleFactor: number) => Tensor = defineComposite(
  {
    name: "pixelShuffle",
    torch: "nn.functional.pixel_shuffle",
    aliases: ["pixel_shuffle"],
    access: "function",
    signature: "input, upscaleFactor",
    tex: "y_{c,\\, r h + i,\\, r w + j} = x_{r^2 c + r i + j,\\, h,\\, w}",
    samples: (r) => [{ input: r.normal([2, 4, 2, 3]), upscaleFactor: 2 }],
  },
  (input: Tensor, upscaleFactor: number): Tensor => {
    const [lead, c, h, w] = imageSizes("pixelShuffle", requireTensor("pixelShuffle", input));
    const r = upscaleFactor;
    checkPositive("pixelShuffle", "upscaleFactor", r);
    if (c % (r * r) !== 0)
      throw new ShapeError("pixelShuffle", `the number of channels must be a multiple of ${r * r}`, [input.shape]);
    const parts = reshape(input, [...lead, c / (r * r), r, r, h, w]);
    return reshape(permuteLast(parts, [0, 3, 1, 4, 2]), [...lead, c / (r * r), h * r, w * r]);
  },
);

/**
 * Returns images [..., C, H r, W r] as [..., C r², H, W], where the pixels of each square become channels: the inverse of `pixelShuffle`.
 * @throws ShapeError for fewer than three dimensions, and when r does not divide height and width; ArgumentError for a factor that is not positive.
 * @example pixelUnshuffle(tensor([[[1, 2], [3, 4]]]), 2).toArray(); // [[[1]], [[2]], [[3]], [[4]]]
 */
export const pixelUnshuffle: (input: Tensor, downscaleFactor: number) => Tensor = defineComposite(
  {
    name: "pixelUnshuffle",
    torch: "nn.functional.pixel_unshuffle",
    aliases: ["pixel_unshuffle"],
    access: "function",
    signature: "input, downscaleFactor",
    tex: "y_{r^2 c + r i + j,\\, h,\\, w} = x_{c,\\, r h + i,\\, r w + j}",
    samples: (r) => [{ input: r.normal([2, 1, 4, 6]), downscaleFactor: 2 }],
  },
  (input: Tensor, downscaleFactor: number): Tensor => {
    const [lead, c, h, w] = imageSizes("pixelUnshuffle", requireTensor("pixelUnshuffle", input));
    const r = downscaleFactor;
    checkPositive("pixelUnshuffle", "downscaleFactor", r);
    if (h % r !== 0 || w % r !== 0)
      throw new ShapeError("pixelUnshuffle", `height and width must be multiples of ${r}`, [input.shape]);
    const parts = reshape(input, [...lead, c, h / r, r, w / r, r]);
    return reshape(permuteLast(parts, [0, 2, 4, 1, 3]), [...lead, c * r * r, h / r, w / r]);
  },
);

/**
 * Returns the channels of [N, C, ...] in another order, that of a transposed matrix of `groups` rows, so that later groups see channels of all earlier ones.
 * Source: Zhang et al., 2017.
 * @throws ShapeError for fewer than three dimensions, and when the groups do not divide the number of channels; ArgumentError for groups that are not positive.
 * @example channelShuffle(tensor([[[1], [2], [3], [4]]]), 2).toArray(); // [[[1], [3], [2], [4]]]
 */
export const channelShuffle: (input: Tensor, groups: number) => Tensor = defineComposite(
  {
    name: "channelShuffle",
    torch: "nn.functional.channel_shuffle",
    aliases: ["channel_shuffle"],
    access: "function",
    signature: "input, groups",
    tex: "y_{g c + i} = x_{(C / g) i + c}",
    samples: (r) => [{ input: r.normal([2, 4, 3]), groups: 2 }],
  },
  (input: Tensor, groups: number): Tensor => {
    const { shape } = requireTensor("channelShuffle", input);
    if (shape.length < 3) throw new ShapeError("channelShuffle", "expected [N, channels, ...]", [shape]);
    checkPositive("channelShuffle", "groups", groups);
    const [n, c, ...rest] = shape;
    if (c % groups !== 0)
      throw new ShapeError("channelShuffle", `the number of channels must be a multiple of ${groups}`, [shape]);
    const size = rest.reduce((a, b) => a * b, 1);
    return reshape(permute(reshape(input, [n, groups, c / groups, size]), [0, 2, 1, 3]), shape);
  },
);

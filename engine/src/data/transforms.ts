/** `data.transforms`: changes of batches of images [n, channels, height, width], and of labels. Random ones draw for each image. */
import { oneHot as oneHotOp } from "../ops/functional/one-hot.ts";
import { newArray } from "../tensor/dtype.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { defaultGenerator, type Generator } from "../tensor/random.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";

/** A function of a batch. */
export type Transform = (batch: Tensor) => Tensor;

/** Options of random transforms. */
export interface RandomTransformOptions {
  /** Generator of the random numbers; the default one if not given. */
  readonly generator?: Generator;
}

/** Sizes of a batch of images. */
function sizesOf(op: string, batch: Tensor): readonly [n: number, channels: number, height: number, width: number] {
  if (batch.ndim !== 4) throw new ShapeError(op, "expected images [n, channels, height, width]", [batch.shape]);
  const [n, channels, height, width] = batch.shape;
  return [n, channels, height, width];
}

/**
 * Returns the transform that applies several one after the other.
 * @example data.transforms.compose([(x) => x.mul(2), (x) => x.add(1)])(tensor([1])).toArray(); // [3]
 */
export const compose =
  (transforms: readonly Transform[]): Transform =>
  (batch) =>
    transforms.reduce((x, transform) => transform(x), batch);

/**
 * Returns the transform of bytes 0 to 255 to float32 from 0 to 1.
 * @example data.transforms.toFloat()(tensor([0, 255], { dtype: "uint8" })).toArray(); // [0, 1]
 */
export const toFloat = (): Transform => (batch) => batch.to("float32").div(255);

/**
 * Returns the transform (x - mean) / std, with a mean and a standard deviation for each channel, or for all.
 * @throws ArgumentError for a standard deviation of 0; ShapeError unless images have as many channels.
 * @example data.transforms.normalize([0.5], [0.5])(ones([1, 1, 1, 2])).toArray(); // [[[[1, 1]]]]
 */
export function normalize(mean: readonly number[], std: readonly number[]): Transform {
  if (mean.length !== std.length)
    throw new ArgumentError(
      "normalize",
      `expected as many means as deviations, but got ${mean.length} and ${std.length}`,
    );
  if (std.includes(0)) throw new ArgumentError("normalize", "a standard deviation is 0");
  return (batch) => {
    const [, channels] = sizesOf("normalize", batch);
    if (mean.length !== 1 && mean.length !== channels)
      throw new ShapeError("normalize", `expected images of ${mean.length} channels`, [batch.shape]);
    const column = (list: readonly number[]): Tensor =>
      fromArray(Float64Array.from(list), "float64", [list.length, 1, 1]).to(
        batch.dtype === "float64" ? "float64" : "float32",
      );
    return batch.sub(column(mean)).div(column(std));
  };
}

/** Returns images [n, channels, height, width] of pixels that `from` chooses: a row and a column for each pixel; outside of the image it is 0. */
function resampled(
  op: string,
  batch: Tensor,
  [height, width]: readonly [number, number],
  from: (image: number) => (row: number, column: number) => readonly [number, number],
): Tensor {
  const [n, channels, rows, columns] = sizesOf(op, batch);
  const pixels = contiguousArray(batch);
  const out = newArray(batch.dtype, n * channels * height * width);
  for (let i = 0, at = 0; i < n; i++) {
    const place = from(i);
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++, at++) {
          const [row, column] = place(y, x);
          if (row >= 0 && row < rows && column >= 0 && column < columns)
            out[at] = pixels[((i * channels + c) * rows + row) * columns + column];
        }
  }
  return fromArray(out, batch.dtype, [n, channels, height, width]);
}

/** Options of `randomHorizontalFlip` and `randomVerticalFlip`. */
export interface FlipOptions extends RandomTransformOptions {
  /** Probability with which an image is flipped; 0.5 by default. */
  readonly p?: number;
}

/** Returns the transform that flips an image with probability `p`, by rows or by columns. */
function randomFlip(
  op: string,
  { p = 0.5, generator = defaultGenerator }: FlipOptions,
  isVertical: boolean,
): Transform {
  if (!(p >= 0 && p <= 1)) throw new ArgumentError(op, `p must be in [0, 1], but got ${p}`);
  return (batch) => {
    const [, , height, width] = sizesOf(op, batch);
    return resampled(op, batch, [height, width], () => {
      const flips = generator.uniform() < p;
      const vertical = flips && isVertical;
      const horizontal = flips && !isVertical;
      return (y, x) => [vertical ? height - 1 - y : y, horizontal ? width - 1 - x : x];
    });
  };
}

/**
 * Returns the transform that exchanges left and right of an image with probability `p`.
 * @throws ArgumentError for a probability outside of [0, 1].
 * @example data.transforms.randomHorizontalFlip({ p: 1 })(tensor([[[[1, 2]]]])).toArray(); // [[[[2, 1]]]]
 */
export const randomHorizontalFlip = (options: FlipOptions = {}): Transform =>
  randomFlip("randomHorizontalFlip", options, false);

/**
 * Returns the transform that exchanges top and bottom of an image with probability `p`.
 * @throws ArgumentError for a probability outside of [0, 1].
 * @example data.transforms.randomVerticalFlip({ p: 1 })(tensor([[[[1], [2]]]])).toArray(); // [[[[2], [1]]]]
 */
export const randomVerticalFlip = (options: FlipOptions = {}): Transform =>
  randomFlip("randomVerticalFlip", options, true);

/** Options of `randomCrop`. */
export interface CropOptions extends RandomTransformOptions {
  /** Rows and columns of zeros that are put around the image first; 0 by default. */
  readonly padding?: number;
}

/**
 * Returns the transform that takes a part [height, width] of each image, at a random place.
 * @throws ArgumentError for images that are too small.
 * @example data.transforms.randomCrop([2, 2], { padding: 1 })(ones([4, 3, 2, 2])).shape; // [4, 3, 2, 2]
 */
export function randomCrop(
  [height, width]: readonly [number, number],
  { padding = 0, generator = defaultGenerator }: CropOptions = {},
): Transform {
  const op = "randomCrop";
  return (batch) => {
    const [, , rows, columns] = sizesOf(op, batch);
    const [down, across] = [rows + 2 * padding - height, columns + 2 * padding - width];
    if (down < 0 || across < 0)
      throw new ArgumentError(
        op,
        `images [${rows}, ${columns}] with a padding of ${padding} are smaller than [${height}, ${width}]`,
      );
    return resampled(op, batch, [height, width], () => {
      const top = generator.integer(0, down + 1) - padding;
      const left = generator.integer(0, across + 1) - padding;
      return (y, x) => [top + y, left + x];
    });
  };
}

/** Returns half of an integer, rounded to the even one of two neighbours as in torchvision. */
const halfOf = (n: number): number => Math.floor(n / 2) + (n % 4 === 3 ? 1 : 0);

/**
 * Returns the transform that takes the part [height, width] in the middle of each image.
 * @throws ArgumentError for images that are too small.
 * @example data.transforms.centerCrop([1, 1])(tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]])).toArray(); // [[[[5]]]]
 */
export function centerCrop([height, width]: readonly [number, number]): Transform {
  return (batch) => {
    const [, , rows, columns] = sizesOf("centerCrop", batch);
    if (rows < height || columns < width)
      throw new ArgumentError("centerCrop", `images [${rows}, ${columns}] are smaller than [${height}, ${width}]`);
    const [top, left] = [halfOf(rows - height), halfOf(columns - width)];
    return resampled("centerCrop", batch, [height, width], () => (y, x) => [top + y, left + x]);
  };
}

/**
 * Returns the transform of classes [n] to rows of 0 and 1, float32 [n, classes].
 * @throws ArgumentError for classes out of range.
 * @example data.transforms.oneHot(3)(tensor([2, 0])).toArray(); // [[0, 0, 1], [1, 0, 0]]
 */
export const oneHot =
  (classes: number): Transform =>
  (batch) =>
    oneHotOp(batch.to("int64"), classes).to("float32");

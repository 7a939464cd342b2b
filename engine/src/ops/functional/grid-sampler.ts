/** PyTorch's ops of sampling at a grid, with numbers for the modes, which `gridSample` covers for users. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { GridPadding } from "./grid-position.ts";
import { type GridMode, sampledAt } from "./grid-sampling.ts";

const modes: readonly GridMode[] = ["bilinear", "nearest", "bicubic"];
const paddings: readonly GridPadding[] = ["zeros", "border", "reflection"];

/** An op of sampling, with modes by number. */
type GridSampler = (
  input: Tensor,
  grid: Tensor,
  interpolationMode: number,
  paddingMode: number,
  alignCorners: boolean,
) => Tensor;

/** Defines the op for a number of spatial dimensions, or for both. */
function defineGridSampler(given: 2 | 3 | null): GridSampler {
  const name = given === null ? "gridSampler" : `gridSampler${given}d`;
  const suffix = given === null ? "" : `_${given}d`;
  const rank = given ?? 2;
  return defineComposite(
    {
      name,
      torch: `ops.aten.grid_sampler${suffix}`,
      aliases: [`grid_sampler${suffix}`],
      access: "internal",
      signature: "input, grid, interpolationMode, paddingMode, alignCorners",
      tex: "y_p = \\textstyle\\sum_t w_t(g_p)\\, x_{k_t(g_p)}",
      samples: (r) => [
        {
          input: r.normal([1, 1, 3, 4, 3].slice(0, rank + 2)),
          grid: r.uniform([1, 2, 1, 1].slice(0, rank + 1).concat(rank), 0.1, 0.15),
          interpolationMode: 0,
          paddingMode: 1,
          alignCorners: true,
        },
      ],
    },
    (input, grid, interpolationMode, paddingMode, alignCorners) => {
      const [mode, padding] = [modes[interpolationMode], paddings[paddingMode]];
      if (mode === undefined || padding === undefined)
        throw new ArgumentError(name, `modes are 0, 1 and 2, but got ${interpolationMode} and ${paddingMode}`);
      if (requireTensor(name, input).ndim !== rank + 2 && given !== null)
        throw new ShapeError(name, `the input must have ${rank + 2} dimensions`, [input.shape]);
      return sampledAt(name, input, grid, { mode, padding, alignCorners });
    },
  );
}

/** Returns images at the positions of a grid. */
export const gridSampler2d: GridSampler = defineGridSampler(2);

/** Returns volumes at the positions of a grid. */
export const gridSampler3d: GridSampler = defineGridSampler(3);

/** Returns images or volumes at the positions of a grid. */
export const gridSampler: GridSampler = defineGridSampler(null);

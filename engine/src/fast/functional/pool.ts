/** The sizes of windows of pooling, as kernels read them. */
import * as Pool from "../abi/jobs/pool.ts";
import type { Window } from "./window.ts";

/** Returns the 18 sizes of a window over one to three dimensions, in the order of `abi/jobs/pool`; missing dimensions come first, with one element. */
export function poolSizes(input: readonly number[], output: readonly number[], p: Window): readonly number[] {
  const words = new Array<number>(Pool.outputWidth + 1).fill(1);
  const set = (list: readonly number[], missing: number, first: number): void => {
    for (let d = 0; d < 3; d++) words[first + d] = list[list.length - 3 + d] ?? missing;
  };
  set(input.slice(2), 1, Pool.depth);
  set(p.kernel, 1, Pool.kernelDepth);
  set(p.stride, 1, Pool.strideDepth);
  set(p.padding, 0, Pool.paddingDepth);
  set(p.dilation, 1, Pool.dilationDepth);
  set(output.slice(2), 1, Pool.outputDepth);
  return words;
}

/** Linear interpolation, and sums of a tensor and a product of two. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { contiguousArray, type Strided } from "../../tensor/strided.ts";
import { kernelsFor, kernelsOf, type TypedKernels } from "../wasm/module.ts";
import {
  broadcastAddressOf,
  finishKernel,
  haveSameFloatDtype,
  isFloat,
  isFloat64,
  resultAddressOf,
  scalarAddressOf,
} from "../wasm/operands.ts";
import { type RowKernel, runRows } from "../wasm/rows.ts";
import { isOne } from "./bytes.ts";
import { minWasmElements } from "./job.ts";

/** Returns the kernel of a function of three tensors of floats, of which each may have one element, of any float dtype. */
const three =
  (kernelOf: (kernels: TypedKernels, params: unknown) => RowKernel): FastKernel =>
  ([out], inputs, params) => {
    const n = out.storage.length;
    const fits = inputs.every((t) => haveSameFloatDtype([out, t]) || (isFloat(out) && isOne(t, n)));
    const wasm = fits ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return false;
    const run = kernelOf(kernelsOf(wasm, out), params);
    if (runRows(wasm, out, inputs, run)) return finishKernel();
    const single = (t: Strided): number => Number(isOne(t, n));
    const [a, b, c] = inputs.map((t) =>
      isOne(t, n) ? scalarAddressOf(contiguousArray(t)[0], isFloat64(out)) : broadcastAddressOf(t, out.shape),
    );
    run(n, a, single(inputs[0]), b, single(inputs[1]), c, single(inputs[2]), resultAddressOf(out));
    return finishKernel();
  };

registerFastKernel(
  "lerpFloats",
  three(({ lerp }) => lerp),
);
registerFastKernel(
  "productSum",
  three(({ addProduct }, params) => {
    const { factor } = params as { readonly factor: number };
    return (n, a, isSingleA, b, isSingleB, c, isSingleC, to) =>
      addProduct(n, a, isSingleA, b, isSingleB, c, isSingleC, factor, to);
  }),
);

/** Orthogonal polynomials. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import * as Recurrence from "../abi/codes/recurrence.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { finishKernel, isFloat, resultAddressOf } from "../wasm/operands.ts";
import { castAddressOf } from "./casts.ts";
import { minWasmElements } from "./job.ts";

/** The recurrence of a family, and its polynomial of degree 1. */
type Family = readonly [recurrence: keyof typeof Recurrence, slope: number, shift: number];

const families: Readonly<Record<string, Family>> = {
  chebyshevPolynomialT: ["chebyshev", 1, 0],
  chebyshevPolynomialU: ["chebyshev", 2, 0],
  chebyshevPolynomialV: ["chebyshev", 2, -1],
  chebyshevPolynomialW: ["chebyshev", 2, 1],
  shiftedChebyshevPolynomialT: ["shiftedChebyshev", 2, -1],
  shiftedChebyshevPolynomialU: ["shiftedChebyshev", 4, -2],
  shiftedChebyshevPolynomialV: ["shiftedChebyshev", 4, -3],
  shiftedChebyshevPolynomialW: ["shiftedChebyshev", 4, -1],
  hermitePolynomialH: ["hermiteH", 2, 0],
  hermitePolynomialHe: ["hermiteHe", 1, 0],
  laguerrePolynomialL: ["laguerre", -1, 1],
  legendrePolynomialP: ["legendre", 1, 0],
};

/** Computes the polynomials; declines derivatives, whose order is the parameter. */
const polynomials =
  ([recurrence, slope, shift]: Family): FastKernel =>
  ([out], [x, n], order) => {
    const wasm = order === 0 && isFloat(out) ? kernelsFor(out.storage.length, minWasmElements) : null;
    if (wasm === null) return false;
    const [a, b] = [x, n].map((t) => castAddressOf(wasm, t, out.dtype, out.shape));
    const { polynomials: run } = kernelsOf(wasm, out);
    run(Recurrence[recurrence], out.storage.length, a, b, slope, shift, resultAddressOf(out));
    return finishKernel();
  };

for (const [op, family] of Object.entries(families)) {
  registerFastKernel(op, polynomials(family));
}

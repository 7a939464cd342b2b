/** Sums and means of bags of rows of a table. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  declineKernel,
  finishKernel,
  indexAddressOf,
  isFloat,
  isIndex,
  resultAddressOf,
} from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 32;

const sumBags: FastKernel = ([out], [table, index], params) => {
  const { isMean } = params as { readonly isMean: boolean };
  const fits = isFloat(table) && isIndex(index);
  const wasm = fits ? kernelsFor(sizeOf(out.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const [[bags, length], [entries, width]] = [index.shape, table.shape];
  const at = indexAddressOf(index);
  if (wasm.outside(bags * length, entries, at) >= 0) return declineKernel();
  const [from, to] = [addressOf(table), resultAddressOf(out)];
  kernelsOf(wasm, table).sumBags(bags, length, width, from, at, isMean ? 1 / length : 1, to);
  return finishKernel();
};

registerFastKernel("bagSum", sumBags);

/** Distances between pairs of points, and their gradients. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { broadcastStrides, contiguousStrides, sameShape, sizeOf } from "../../tensor/shape.ts";
import type { Strided } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  declineKernel,
  finishKernel,
  haveSameFloatDtype,
  resultAddressOf,
} from "../wasm/operands.ts";
import { elementsAt } from "./matrices.ts";
import { multiply } from "./multiply.ts";

/** With fewer differences of coordinates, a JavaScript loop is faster than a call of WebAssembly. */
const minDifferences = 512;

/** From so many coordinates and pairs on, products of matrices are faster than differences, and from so many differences on their gradients. */
const [minProductDepth, minProducts, minGradientProducts] = [16, 1024, 2 ** 20];

/** Returns the order of the norm. */
const orderOf = (params: unknown): number => (params as { readonly p: number }).p;

/** Whether powers of differences neither overflow nor underflow, so that the kernels compute as precisely as the reference. */
function areModerate(tensors: readonly Strided[], addresses: readonly number[], p: number): boolean {
  if (p === 0 || p === 1 || p === Infinity) return true;
  const isDouble = tensors[0].storage.dtype === "float64";
  const bound = (isDouble ? 1e300 : 1e36) ** (1 / Math.max(p, 1 / p)) / 1e3;
  return tensors.every((t, i) => {
    const elements = elementsAt({ size: isDouble ? 8 : 4 }, addresses[i], sizeOf(t.shape));
    let most = 0;
    for (let j = 0; j < elements.length; j++) most = Math.max(most, Math.abs(elements[j]));
    return !(most > bound) && (most === 0 || most > 1 / bound);
  });
}

/** Frees the temporaries of a rule that does not do its work. */
function abandonRule(): null {
  declineKernel();
  return null;
}

const cdist: FastKernel = ([out], inputs, params) => {
  const [x, z] = inputs as [Strided, Strided];
  const p = orderOf(params);
  const [m, k] = x.shape.slice(-2);
  const n = z.shape[z.shape.length - 2];
  const wasm = kernelsFor(sizeOf(out.shape) * k, minDifferences);
  if (wasm === null || !haveSameFloatDtype(inputs)) return false;
  const addresses = inputs.map(addressOf);
  if (!areModerate(inputs, addresses, p)) return declineKernel();
  const size = bytesPerElement[x.storage.dtype];
  const [from, to] = [addresses, resultAddressOf(out)];
  const work = allocateTemporary(((n + 31) * k + 16) * size);
  const batch = out.shape.slice(0, -2);
  const strides = [x, z].map(({ shape }) =>
    broadcastStrides(shape.slice(0, -2), contiguousStrides(shape).slice(0, -2), batch),
  );
  const { distances, fromProducts } = kernelsOf(wasm, x);
  const usesProducts = p === 2 && k >= minProductDepth && m * n >= minProducts;
  visitElements(batch, strides, (at, [i, j]) => {
    const [a, b, result] = [from[0] + i * size, from[1] + j * size, to + at * m * n * size];
    if (usesProducts) {
      multiply({
        m,
        n,
        k,
        alpha: -2,
        a: { address: a, row: k, column: 1 },
        b: { address: b, row: 1, column: k },
        c: { address: result, row: n, column: 1 },
        isFloat64: size === 8,
      });
      if (fromProducts(m, n, k, a, b, work, result) !== 0) return;
    }
    distances(m, n, k, a, b, p, 0, work, result);
  });
  return finishKernel();
};

const cdistRule: FastRule = (g, { inputs, output, needs, metas, params }) => {
  const [x, z] = inputs as [Tensor, Tensor];
  const batches = [...metas.map(({ shape }) => shape), output.shape].map((shape) => shape.slice(0, -2));
  const [m, k] = metas[0].shape.slice(-2);
  const n = metas[1].shape[metas[1].shape.length - 2];
  const wasm = kernelsFor(sizeOf(output.shape) * k, minDifferences);
  if (wasm === null || !haveSameFloatDtype([x, z, output, g])) return null;
  if (!batches.every((batch) => sameShape(batch, batches[0]))) return null;
  const p = orderOf(params);
  // the rule of the record computes products of matrices
  if (p === 2 && sizeOf(output.shape) * k > minGradientProducts) return null;
  const addresses = [x, z].map(addressOf);
  if (!areModerate([x, z], addresses, p)) return abandonRule();
  const size = bytesPerElement[x.storage.dtype];
  const [y, gs] = [addressOf(output), addressOf(g)];
  const [dx, dz] = [0, 1].map((i) => (needs[i] ? blank(metas[i], null) : null));
  const [toX, toZ] = [dx, dz].map((t) => (t === null ? 0 : resultAddressOf(t)));
  const kernel = kernelsOf(wasm, x).distancesGrad;
  const [a, b] = addresses;
  for (let at = 0; at < sizeOf(batches[0]); at++) {
    const [px, pz, pair] = [a + at * m * k * size, b + at * n * k * size, at * m * n * size];
    if (dx !== null) kernel(m, n, k, px, pz, y + pair, gs + pair, n, 1, p, toX + at * m * k * size);
    if (dz !== null) kernel(n, m, k, pz, px, y + pair, gs + pair, 1, n, p, toZ + at * n * k * size);
  }
  finishKernel();
  return [dx, dz];
};

const pdist: FastKernel = ([out], inputs, params) => {
  const [x] = inputs;
  const p = orderOf(params);
  const [n, k] = x.shape;
  const wasm = kernelsFor(sizeOf(out.shape) * k, minDifferences);
  if (wasm === null || !haveSameFloatDtype(inputs)) return false;
  const from = addressOf(x);
  if (!areModerate(inputs, [from], p)) return declineKernel();
  const work = allocateTemporary(((n + 31) * k + 16) * bytesPerElement[x.storage.dtype]);
  kernelsOf(wasm, x).distances(n, n, k, from, from, p, 1, work, resultAddressOf(out));
  return finishKernel();
};

const pdistRule: FastRule = (g, { inputs: [x], output, metas, params }) => {
  const [n, k] = metas[0].shape;
  const wasm = kernelsFor(sizeOf(output.shape) * k, minDifferences);
  if (wasm === null || !haveSameFloatDtype([x, output, g])) return null;
  const p = orderOf(params);
  const from = addressOf(x);
  if (!areModerate([x], [from], p)) return abandonRule();
  const typed = kernelsOf(wasm, x);
  const bytes = n * n * bytesPerElement[x.storage.dtype];
  const [lengths, weights] = [allocateTemporary(bytes), allocateTemporary(bytes)];
  typed.unpackPairs(n, addressOf(output), lengths);
  typed.unpackPairs(n, addressOf(g), weights);
  const dx = blank(metas[0], null);
  typed.distancesGrad(n, n, k, from, from, lengths, weights, n, 1, p, resultAddressOf(dx));
  finishKernel();
  return [dx];
};

registerFastKernel("cdist", cdist);
registerFastRule("cdist", cdistRule);
registerFastKernel("pairDistances", pdist);
registerFastRule("pairDistances", pdistRule);

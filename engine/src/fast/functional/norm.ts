/** Layer norm and root mean square norm, and their gradients, by WebAssembly. */
import { blank } from "../../dispatch/dispatch.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/threads.ts";
import { kernelsFor, widthOf } from "../wasm/module.ts";
import { addressOf, alike, resultOf, scratch, settle } from "../wasm/operands.ts";

const worthwhile = 17;

interface Norm {
  readonly dims: number;
  readonly eps: number;
  readonly centred: boolean;
}

/** Elements of a row. */
const rowOf = (shape: readonly number[], { dims }: Norm): number => sizeOf(shape.slice(shape.length - dims));

const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, b] = inputs;
  const norm = params as Norm;
  const wasm = alike(inputs) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return false;
  const n = rowOf(x.shape, norm);
  const [aw, ab] = [w, b].map((t) => (t === undefined ? 0 : addressOf(t)));
  const rows = sizeOf(x.shape) / n;
  const [from, to, centred] = [addressOf(x), resultOf(out), Number(norm.centred)];
  if (!shareRows(wasm, x, "norm", rows, n, [from, aw, ab, to], norm.eps, centred))
    widthOf(wasm, x).norm(rows, n, from, aw, ab, norm.eps, centred, to);
  return settle();
};

const rule: FastRule = (g, { inputs, needs, metas, params }) => {
  const norm = params as Norm;
  // the gradient of the bias reads nothing
  if (!needs[0] && !needs[1]) return null;
  const x = inputs[0];
  // the gradient of the weight does not read the weight: that of the input, which is not needed then, may be any
  const w = needs[0] && metas.length > 1 ? inputs[1] : null;
  const wasm = alike([g, x]) ? kernelsFor(sizeOf(x.shape), worthwhile) : null;
  if (wasm === null) return null;
  const n = rowOf(x.shape, norm);
  const bytes = bytesPerElement[x.dtype];
  const dx = blank(metas[0], null);
  const [dw, db] = [1, 2].map((i) => (needs[i] ? blank(metas[i], null) : null));
  const [toW, toB] = [dw, db].map((t) => {
    if (t === null) return 0;
    const address = resultOf(t);
    wasm.clear(bytes * n, address);
    return address;
  });
  const rows = scratch((2 * bytes + 16) * n + 384);
  const aw = w === null ? 0 : addressOf(w);
  widthOf(wasm, x).normGrad(
    sizeOf(x.shape) / n,
    n,
    addressOf(x),
    aw,
    addressOf(g),
    norm.eps,
    Number(norm.centred),
    resultOf(dx),
    toW,
    toB,
    rows,
  );
  settle();
  return [needs[0] ? dx : null, dw, db].slice(0, metas.length);
};

export function registerNorms(): void {
  for (const name of ["layerNorm", "rmsNorm"]) {
    registerFastKernel(name, forward);
    registerFastRule(name, rule);
  }
}

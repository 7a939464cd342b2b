/** Layer norm and root mean square norm, and their gradients. */
import { blank } from "../../dispatch/blank.ts";
import { type FastKernel, type FastRule, registerFastKernel, registerFastRule } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { shareRows } from "../threads/rows-job.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, allocateTemporary, finishKernel, haveSameFloatDtype, resultAddressOf } from "../wasm/operands.ts";

/** With fewer elements, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 17;

/** The parameters of the ops. */
interface Norm {
  readonly dims: number;
  readonly eps: number;
  readonly centred: boolean;
}

/** Returns the number of elements that are normalized together. */
const rowElements = (shape: readonly number[], { dims }: Norm): number => sizeOf(shape.slice(shape.length - dims));

/** Whether rows are normalized as channels are: without weight and bias. */
const isPlain = ({ centred }: Norm, inputs: number): boolean => centred && inputs === 1;

const forward: FastKernel = ([out], inputs, params) => {
  const [x, w, b] = inputs;
  const norm = params as Norm;
  const wasm = haveSameFloatDtype(inputs) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return false;
  const n = rowElements(x.shape, norm);
  const [aw, ab] = [w, b].map((t) => (t === undefined ? 0 : addressOf(t)));
  const rows = sizeOf(x.shape) / n;
  const [from, to, centred] = [addressOf(x), resultAddressOf(out), Number(norm.centred)];
  if (shareRows(wasm, x, "norm", rows, n, [from, aw, ab, to], { number: norm.eps, flag: centred }))
    return finishKernel();
  const typed = kernelsOf(wasm, x);
  if (isPlain(norm, inputs.length)) typed.channelNorm(1, rows, n, from, norm.eps, to);
  else typed.norm(rows, n, from, aw, ab, norm.eps, centred, to);
  return finishKernel();
};

const rule: FastRule = (g, { inputs, needs, metas, params }) => {
  const norm = params as Norm;
  // the gradient of the bias reads no saved tensor, so none may be there
  if (!needs[0] && !needs[1]) return null;
  const x = inputs[0];
  // only the gradient of the input reads the weight, which is not saved where that gradient is not needed
  const w = needs[0] && metas.length > 1 ? inputs[1] : null;
  const wasm = haveSameFloatDtype([g, x]) ? kernelsFor(sizeOf(x.shape), minWasmElements) : null;
  if (wasm === null) return null;
  const n = rowElements(x.shape, norm);
  const bytes = bytesPerElement[x.dtype];
  const dx = blank(metas[0], null);
  if (isPlain(norm, metas.length)) {
    const [from, by, to] = [addressOf(x), addressOf(g), resultAddressOf(dx)];
    kernelsOf(wasm, x).channelNormGrad(1, sizeOf(x.shape) / n, n, from, by, norm.eps, to);
    finishKernel();
    return [dx];
  }
  const [dw, db] = [1, 2].map((i) => (needs[i] ? blank(metas[i], null) : null));
  const [toW, toB] = [dw, db].map((t) => {
    if (t === null) return 0;
    const address = resultAddressOf(t);
    wasm.clear(bytes * n, address);
    return address;
  });
  const buffer = allocateTemporary(wasm.normGradBufferBytes(n, bytes));
  const aw = w === null ? 0 : addressOf(w);
  kernelsOf(wasm, x).normGrad(
    sizeOf(x.shape) / n,
    n,
    addressOf(x),
    aw,
    addressOf(g),
    norm.eps,
    Number(norm.centred),
    resultAddressOf(dx),
    toW,
    toB,
    buffer,
  );
  finishKernel();
  return [needs[0] ? dx : null, dw, db].slice(0, metas.length);
};

for (const name of ["layerNorm", "rmsNorm"]) {
  registerFastKernel(name, forward);
  registerFastRule(name, rule);
}

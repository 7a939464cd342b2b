/** Many random numbers at once, in the same stream as one at a time. */
import { bytesPerElement } from "../../tensor/dtype.ts";
import { type FastSampler, setFastSampler } from "../../tensor/random.ts";
import { kernelsFor } from "../wasm/module.ts";
import { allocateTemporary, finishKernel, memory32 } from "../wasm/operands.ts";

/** For fewer numbers, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;

const fill: FastSampler = (generator, distribution, { dtype, length, address }) => {
  const wasm = address > 0 && (dtype === "float32" || dtype === "float64") ? kernelsFor(length, minWasmElements) : null;
  if (wasm === null) return false;
  const size = bytesPerElement[dtype];
  const normal = distribution === "normal";
  const run = dtype === "float32" ? (normal ? wasm.normal32 : wasm.uniform32) : normal ? wasm.normal64 : wasm.uniform64;
  // normal numbers come in pairs: the second of an earlier pair may come first, and the second of the last pair may remain
  const first = normal && generator.getState().spare !== null ? 1 : 0;
  const last = normal ? (length - first) % 2 : 0;
  const put = (at: number): void => {
    const value = generator.normal();
    if (dtype === "float32") memory32()[address / 4 + at] = value;
    else new Float64Array(memory32().buffer, address + 8 * at, 1)[0] = value;
  };
  if (first === 1) put(0);
  const state = allocateTemporary(16);
  const words = new Uint32Array(memory32().buffer, state, 4);
  words.set(generator.getState().words);
  run(length - first - last, state, address + first * size);
  const [a, b, c, d] = words;
  generator.setState({ words: [a, b, c, d], spare: null });
  finishKernel();
  if (last === 1) put(length - 1);
  return true;
};

setFastSampler(fill);

/** Many random numbers at once by WebAssembly: the same stream as one by one. */
import { bytesPerElement } from "../../tensor/dtype.ts";
import { type FastSampler, setFastSampler } from "../../tensor/random.ts";
import { kernelsFor } from "../wasm/module.ts";
import { memory32, scratch, settle } from "../wasm/operands.ts";

const worthwhile = 64;

const fill: FastSampler = (generator, distribution, { dtype, length, address }) => {
  const wasm = address > 0 && (dtype === "float32" || dtype === "float64") ? kernelsFor(length, worthwhile) : null;
  if (wasm === null) return false;
  const size = bytesPerElement[dtype];
  const normal = distribution === "normal";
  const run = dtype === "float32" ? (normal ? wasm.normal32 : wasm.uniform32) : normal ? wasm.normal64 : wasm.uniform64;
  // normal numbers come in pairs: one may be left from before, and one of the last pair may be left over
  const early = normal && generator.getState().spare !== null ? 1 : 0;
  const late = normal ? (length - early) % 2 : 0;
  const put = (at: number): void => {
    const value = generator.normal();
    if (dtype === "float32") memory32()[address / 4 + at] = value;
    else new Float64Array(memory32().buffer, address + 8 * at, 1)[0] = value;
  };
  if (early === 1) put(0);
  const state = scratch(16);
  const words = new Uint32Array(memory32().buffer, state, 4);
  words.set(generator.getState().words);
  run(length - early - late, state, address + early * size);
  const [a, b, c, d] = words;
  generator.setState({ words: [a, b, c, d], spare: null });
  settle();
  if (late === 1) put(length - 1);
  return true;
};

export function registerRandom(): void {
  setFastSampler(fill);
}

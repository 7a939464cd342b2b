/** Many random numbers at once, in the same stream as one at a time. */
import { bytesPerElement } from "../../tensor/dtype.ts";
import { type FastSampler, type Generator, type IntegerRange, setFastSampler } from "../../tensor/random.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import * as IntegerStore from "../abi/codes/integer-store.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import { allocateTemporary, finishKernel, memory32, memory64 } from "../wasm/operands.ts";

/** For fewer numbers, a JavaScript loop is faster than a call of WebAssembly. */
const minWasmElements = 64;
/** Bytes in which kernels draw the words of a block of numbers. */
const scratchBytes = 2048;

/** Runs a kernel on the words of a generator's state, and leaves the generator in the state behind its numbers. */
function withState(generator: Generator, run: (state: number, scratch: number) => void): void {
  const [state, scratch] = [allocateTemporary(16), allocateTemporary(scratchBytes)];
  const words = new Uint32Array(memory32().buffer, state, 4);
  words.set(generator.getState().words);
  run(state, scratch);
  const [a, b, c, d] = words;
  generator.setState({ words: [a, b, c, d], spare: generator.getState().spare });
  finishKernel();
}

/** Draws normal numbers, which come in pairs: the second of an earlier pair may come first, and the second of the last pair may remain. */
function fillNormal(wasm: Kernels, generator: Generator, { dtype, length, address }: Storage): void {
  const isSingle = dtype === "float32";
  const first = generator.getState().spare !== null ? 1 : 0;
  const last = (length - first) % 2;
  const put = (at: number): void => {
    const value = generator.normal();
    if (isSingle) memory32()[address / 4 + at] = value;
    else memory64()[address / 8 + at] = value;
  };
  if (first === 1) put(0);
  const to = address + first * bytesPerElement[dtype];
  withState(generator, (state, scratch) =>
    (isSingle ? wasm.normal32 : wasm.normal64)(length - first - last, state, to, scratch),
  );
  if (last === 1) put(length - 1);
}

/** Integers up to this magnitude are exact in float64. */
const exact = 2 ** 53;

const isInt32 = (v: number): boolean => v >= -(2 ** 31) && v < 2 ** 31;

/** Draws integers; declines those that the dtype does not have. */
function fillIntegers(wasm: Kernels, generator: Generator, { low, high }: IntegerRange, s: Storage): boolean {
  const { dtype, length, address } = s;
  if (!(dtype in IntegerStore) || low < -exact || high > exact || high - low > exact) return false;
  if (dtype === "int32" && !(isInt32(low) && isInt32(high - 1))) return false;
  const kind = IntegerStore[dtype as keyof typeof IntegerStore];
  withState(generator, (state, scratch) =>
    wasm.uniformIntegers(kind, length, state, low, high - low, address, scratch),
  );
  return true;
}

const fill: FastSampler = (generator, distribution, storage) => {
  const { dtype, length, address } = storage;
  const wasm = address > 0 ? kernelsFor(length, minWasmElements) : null;
  if (wasm === null) return false;
  if (typeof distribution === "object") return fillIntegers(wasm, generator, distribution, storage);
  if (dtype !== "float32" && dtype !== "float64") return false;
  if (distribution === "normal") fillNormal(wasm, generator, storage);
  else {
    const run = dtype === "float32" ? wasm.uniform32 : wasm.uniform64;
    withState(generator, (state, scratch) => run(length, state, address, scratch));
  }
  return true;
};

setFastSampler(fill);

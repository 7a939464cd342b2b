/**
 * The registers of the processor behind kernels on 256-bit vectors. V8 does not clear the upper halves of registers at the end of such code. While they are set, the SSE instructions of compiled C++ code, such as V8's
 * `Math.log`, take about ten times as long on Intel's processors. Source: Intel, 64 and IA-32 Architectures Optimization Reference Manual, section on mixing AVX and SSE.
 */

interface Buffers {
  isAscii?(bytes: Uint8Array): boolean;
}
interface Builtins {
  getBuiltinModule?(name: "node:buffer"): Buffers | undefined;
}
declare const process: Builtins | undefined;

/** Text that fills more than one vector of any width, so that Node's check of it runs code for AVX, which ends with the instruction that clears the upper halves. */
const text: Readonly<Uint8Array> = new Uint8Array(128);

let check: Buffers["isAscii"];
let areSet = false;

/** Called when kernels on 256-bit vectors have been loaded. */
export function useWideRegisters(): void {
  check = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:buffer")?.isAscii;
}

/** Notes that a kernel runs, which may set the upper halves. */
export function noteKernel(): void {
  areSet = true;
}

/** Clears the upper halves if kernels ran since they were cleared. Takes some 30 nanoseconds. */
export function clearUpperHalves(): void {
  if (!areSet) return;
  areSet = false;
  check?.(text);
}

import { afterEach, expect, test, vi } from "vitest";
import { clearUpperHalves, noteKernel, useWideRegisters } from "../../../engine/src/platform/registers.ts";

afterEach(() => vi.restoreAllMocks());

test("registers are cleared once after kernels on wide vectors", () => {
  const check = vi.spyOn(process.getBuiltinModule("node:buffer"), "isAscii");
  useWideRegisters();
  clearUpperHalves();
  check.mockClear();
  noteKernel();
  noteKernel();
  clearUpperHalves();
  clearUpperHalves();
  expect(check).toHaveBeenCalledTimes(1);
  const [text] = check.mock.calls[0];
  expect((text as Uint8Array).length, "bytes of more than one vector").toBeGreaterThan(64);
});

test("a runtime without Node's modules clears nothing", () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  expect(() => useWideRegisters()).not.toThrow();
  noteKernel();
  expect(() => clearUpperHalves()).not.toThrow();
});

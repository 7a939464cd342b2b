/** A matrix product in float32 as a job that threads share. */
import * as Job from "../../src/fast/abi/jobs/product";
import { address, float, word } from "../threads/words";
import { gemm32 } from "./gemm";
import { multiply } from "./multiply";
import { nativeGemm } from "./native";

/**
 * Computes some rows or columns of C. An element of C is the same sum in the same order however C is cut, unless the host makes the product. `serial` is
 * the job's serial number: chunks of rows share a packed B.
 */
export function runProductChunk(words: usize, chunk: i32, serial: i32): void {
  const size = word(words, Job.linesPerChunk), byRows = word(words, Job.byRows) != 0;
  const m = word(words, Job.m), n = word(words, Job.n), k = word(words, Job.k);
  const alpha = float(words, Job.alpha);
  let a = address(words, Job.a), b = address(words, Job.b), c = address(words, Job.c), bias = address(words, Job.bias);
  const aRow = address(words, Job.aRow), aColumn = address(words, Job.aColumn);
  const bRow = address(words, Job.bRow), bColumn = address(words, Job.bColumn), cRow = address(words, Job.cRow);
  const accumulate = word(words, Job.accumulate) != 0;
  const first = chunk * size;
  const count = min(size, (byRows ? m : n) - first);
  if (byRows) {
    a += (<usize>first * aRow) << 2;
    c += (<usize>first * cRow) << 2;
    if (nativeGemm<f32>(count, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias)) return;
    multiply<f32>(count, n, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias, serial);
  } else {
    b += (<usize>first * bColumn) << 2;
    c += <usize>first << 2;
    if (bias != 0) bias += <usize>first << 2;
    gemm32(m, count, k, alpha, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
  }
}

/** A table of optimizer steps, for one thread and as a job that threads share. */
import * as Step from "../../src/fast/abi/codes/optimizer-step";
import * as Adam from "../../src/fast/abi/jobs/adam-step";
import * as Row from "../../src/fast/abi/jobs/optimizer-step";
import * as Job from "../../src/fast/abi/jobs/optimizer";
import * as Sgd from "../../src/fast/abi/jobs/sgd-step";
import { address, addressAt, float, word } from "../threads/words";
import { adam32, sgd32 } from "./steps";

const rowBytes: usize = Row.length << 2;

// @ts-ignore: decorator
@inline
function constant(row: usize, i: i32): f32 {
  return float(row, Row.constants + i);
}

/** Updates n elements of a parameter from `first` on, as a row of the table says. */
function update(row: usize, first: usize, n: usize): void {
  const at = first << 2;
  const p = address(row, Row.parameter) + at, g = address(row, Row.gradient) + at;
  const code = word(row, Row.code);
  if (code == Step.adam)
    adam32(
      n, p, g, address(row, Row.firstState) + at, address(row, Row.secondState) + at, constant(row, Adam.oneMinusBeta1), constant(row, Adam.beta2),
      constant(row, Adam.oneMinusBeta2), constant(row, Adam.rate), constant(row, Adam.correction), constant(row, Adam.eps), constant(row, Adam.penalty),
      constant(row, Adam.keep),
    );
  else if (code == Step.sgd)
    sgd32(
      n, p, g, addressAt(row, Row.firstState, at), constant(row, Sgd.rate), constant(row, Sgd.momentum), constant(row, Sgd.oneMinusDampening),
      constant(row, Sgd.penalty), word(row, Row.isNesterov) != 0, word(row, Row.isFirst) != 0,
    );
}

/** Makes all steps of a table. */
export function steps32(count: i32, table: usize): void {
  for (let i = 0; i < count; i++) {
    update(table, 0, address(table, Row.elements));
    table += rowBytes;
  }
}

/** Makes the part of a table's steps that a chunk stands for: chunks are counted through the parameters, one after the other. */
export function runOptimizerChunk(words: usize, chunk: i32): void {
  const size = address(words, Job.elementsPerChunk);
  let row = address(words, Job.table), first = <usize>chunk * size;
  for (;;) {
    const n = address(row, Row.elements);
    if (first < n) return update(row, first, min(size, n - first));
    first -= (n + size - 1) / size * size;
    row += rowBytes;
  }
}

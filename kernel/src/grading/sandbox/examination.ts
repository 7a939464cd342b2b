/** Examines a call for the judge: its tape, with the lines as they are in the code that runs, which the judge finds in the source. */
import * as engine from "tapelab";
import * as checks from "tapelab/check";

/** Matches a line of V8's stack in a cell. */
const frame = /\((cell\[\d+\]):(\d+):(\d+)\)$|at (cell\[\d+\]):(\d+):(\d+)$/;

const stackDepth = 60;

/** Captures the innermost line of a cell that led to an op. */
function cellSite(): engine.host.PendingSite {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const captured = new Error();
  Error.stackTraceLimit = limit;
  return {
    resolve: () => {
      for (const text of String(captured.stack).split("\n")) {
        const found = frame.exec(text);
        if (found === null) continue;
        const file = found[1] ?? found[4] ?? "";
        const [line, column] = [Number(found[2] ?? found[5]), Number(found[3] ?? found[6])];
        return { file, cellId: null, count: null, line, column };
      }
      return null;
    },
  };
}

/** Returns the examination of a call as plain data. */
export function examination(run: () => unknown, args: readonly unknown[]): checks.Examination {
  engine.host.setWatch({ nodes: 0, site: cellSite });
  try {
    const leaves = args.filter((x): x is engine.Tensor => x instanceof engine.Tensor && x.requiresGrad);
    const { op, at, left, tape } = checks.examine(run, leaves);
    return { op, at, left, tape };
  } finally {
    engine.host.setWatch({ nodes: 0 });
  }
}

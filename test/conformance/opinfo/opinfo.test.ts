/** Operators agree with PyTorch on a part of the samples of its operator database: values, gradients, second derivatives and tangents in both precisions, by the kernels of all sizes, alone and in many copies at once; and arguments that are refused; at kinks, values and gradients. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { ways } from "../../support/sizes.ts";
import { check, precisions, type Sample } from "./check.ts";
import { checkCopies } from "./copies.ts";
import { atKinks, deviations } from "./deviations.ts";
import { checkInPlace } from "./in-place.ts";

const read = (file: string): Sample[] =>
  gunzipSync(readFileSync(inRoot("test/conformance/opinfo", file)))
    .toString()
    .trimEnd()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Sample);

describe.each([
  ["on samples of PyTorch's operator database", "samples.json.gz", deviations],
  ["at kinks, ties and poles", "kinks.json.gz", atKinks],
])("%s", (_where, file, known) => {
  const byEntry = Map.groupBy(read(file), ({ entry, variant }) => (variant === "" ? entry : `${entry}:${variant}`));

  test.each([...byEntry.keys()])("%s agrees with PyTorch", (label) => {
    const failures = (byEntry.get(label) ?? []).flatMap((sample, i) =>
      precisions.flatMap((precision) => {
        const messages = [
          ...Object.entries(ways).map(([way, run]) => {
            const message = run(() => check(sample, precision, "contiguous"));
            return message === null || way === "by size" ? message : `${message} (${way})`;
          }),
          checkInPlace(sample, precision),
          checkCopies(sample, precision),
        ];
        const unknown = messages.filter((m) => m !== null && !(known[label]?.message.test(m) ?? false));
        return unknown.map((message) => `sample ${i}, ${precision.dtype}: ${message}`);
      }),
    );
    expect(failures).toEqual([]);
  });
});

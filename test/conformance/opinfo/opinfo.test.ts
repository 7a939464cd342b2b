/** A part of the samples of PyTorch's operator database: values, gradients, second derivatives and tangents in both precisions, and arguments that are refused. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { check, precisions, type Sample } from "./check.ts";
import { deviations } from "./deviations.ts";

const samples = gunzipSync(readFileSync(inRoot("test/conformance/opinfo/samples.json.gz")))
  .toString()
  .trimEnd()
  .split("\n")
  .slice(0, -1)
  .map((line) => JSON.parse(line) as Sample);

const byEntry = Map.groupBy(samples, ({ entry, variant }) => (variant === "" ? entry : `${entry}:${variant}`));

test.each([...byEntry.keys()])("%s agrees with PyTorch", (label) => {
  const failures = (byEntry.get(label) ?? []).flatMap((sample, i) =>
    precisions.flatMap((precision) => {
      const message = check(sample, precision, "contiguous");
      const isKnown = message !== null && (deviations[label]?.message.test(message) ?? false);
      return message === null || isKnown ? [] : [`sample ${i}, ${precision.dtype}: ${message}`];
    }),
  );
  expect(failures).toEqual([]);
});

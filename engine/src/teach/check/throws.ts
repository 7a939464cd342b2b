/** `check.throws`: a function must throw an error of a class. */
import { ArgumentError } from "../../tensor/errors.ts";
import { CheckError, errorWords } from "./failure.ts";
import { plainText } from "./format.ts";
import { plainOf, wordsOf } from "./plain.ts";

/** The error that is expected: a class, the name of one, or a pattern of the message. */
export type ExpectedError = string | RegExp | (abstract new (...args: never[]) => unknown);

function fits(error: unknown, expected: ExpectedError): boolean {
  if (expected instanceof RegExp) return expected.test(errorWords(error));
  if (typeof expected === "string") return error instanceof Error && error.name === expected;
  return error instanceof expected;
}

const textOf = (expected: ExpectedError): string =>
  expected instanceof RegExp
    ? `an error that matches ${expected}`
    : `an error of class ${typeof expected === "string" ? expected : expected.name}`;

const isErrorClass = (x: unknown): x is ExpectedError =>
  x instanceof RegExp || typeof x === "string" || typeof x === "function";

function judge(thrown: { readonly error: unknown } | { readonly value: unknown }, expected: ExpectedError): void {
  if ("error" in thrown) {
    if (fits(thrown.error, expected)) return;
    throw new CheckError({
      check: "check.throws",
      sentence: `expected ${textOf(expected)}, but got another one`,
      facts: [
        { name: "expected", text: textOf(expected) },
        { name: "got", text: errorWords(thrown.error) },
      ],
    });
  }
  throw new CheckError({
    check: "check.throws",
    sentence: `expected ${textOf(expected)}, but nothing was thrown`,
    facts: [
      { name: "expected", text: textOf(expected) },
      { name: "got", text: plainText(plainOf(thrown.value)) },
    ],
    hints: ["Check the arguments first, and throw before anything is computed."],
  });
}

export function checkThrows(f: unknown, expected: unknown = Error): void | Promise<void> {
  if (typeof f !== "function") throw new ArgumentError("check.throws", `expected a function, but got ${wordsOf(f)}`);
  if (!isErrorClass(expected))
    throw new ArgumentError(
      "check.throws",
      `expected a class of errors, a name or a pattern, but got ${wordsOf(expected)}`,
    );
  let value: unknown;
  try {
    value = (f as () => unknown)();
  } catch (error) {
    judge({ error }, expected);
    return undefined;
  }
  if (!(value instanceof Promise)) {
    judge({ value }, expected);
    return undefined;
  }
  return value.then(
    (settled: unknown) => judge({ value: settled }, expected),
    (error: unknown) => judge({ error }, expected),
  );
}

/** Formulas as plain text. */
import "tapelab";
import { plainFormula } from "tapelab/view";
import { describe, expect, test } from "vitest";
import { registered } from "../../../engine/src/dispatch/registry.ts";

describe("a formula in plain text", () => {
  test.each([
    ["\\bar x = [x > 0]\\, \\bar y", "x̄ = [x > 0] ȳ"],
    ["\\bar x = \\bar y / \\sqrt{1 - x^2}", "x̄ = ȳ / √(1 − x²)"],
    ["y = \\tfrac12 \\sin^2(x / 2)", "y = 1/2 sin²(x / 2)"],
    ["\\frac{a + b}{2 n}", "(a + b)/(2 n)"],
    ["\\bar X = \\bar Y Z^\\top,\\ \\bar Z = X^\\top \\bar Y", "X̄ = Ȳ Zᵀ, Z̄ = XᵀȲ"],
    ["y_{ij} = \\textstyle\\sum_k x_{ik} z_{kj}", "yᵢⱼ = Σₖ xᵢₖ zₖⱼ"],
    ["A^{-1} B_{k_i}", "A⁻¹ B_(kᵢ)"],
    ["x \\ne z \\text{ or not}", "x ≠ z or not"],
    ["\\mathrm{diag}(s)\\, \\overline{ab}", "diag(s) (ab)̄"],
    ["\\sqrt[3]{x}", "³√x"],
    ["\\unknown{x}", "unknownx"],
    ["x^{", "x"],
    ["", ""],
  ])("%s", (tex, text) => {
    expect(plainFormula(tex)).toBe(text.normalize("NFC"));
  });

  test("is left of the formulas of every op, without commands or braces of TeX", () => {
    const all = [...registered.values()].flatMap(({ spec }) => (spec === null ? [] : [spec.tex.forward, spec.tex.vjp]));
    expect(all.length).toBeGreaterThan(500);
    // braces of sets are written with a backslash
    expect(all.filter((tex) => /\\[a-zA-Z]|[{}]/.test(plainFormula(tex)) && !tex.includes("\\{"))).toEqual([]);
  });
});

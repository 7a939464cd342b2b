import { autograd, randn, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";

const { gradcheck, gradgradcheck, GradcheckError } = autograd;
const leaf = (data: Parameters<typeof tensor>[0]): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });

/** An op with a wrong gradient. */
const wrong = (f: (x: Tensor) => Tensor, rule: (x: Tensor, g: Tensor) => Tensor): ((x: Tensor) => Tensor) =>
  autograd.customGradient((x: Tensor) => [f(x), (g: Tensor) => rule(x, g)]);

const message = (f: (...xs: Tensor[]) => Tensor, inputs: Tensor[], options = {}): string => {
  try {
    gradcheck(f, inputs, options);
  } catch (error) {
    expect(error).toBeInstanceOf(GradcheckError);
    return (error as Error).message;
  }
  return "nothing found";
};

describe("gradcheck", () => {
  test.each([false, true])("accepts right gradients of many inputs and outputs; fast: %s", (fastMode) => {
    const [a, b] = [
      leaf([
        [1, 2],
        [3, 4],
      ]),
      leaf([0.5, -1]),
    ];
    const f = (x: Tensor, z: Tensor): Tensor[] => [x.matmul(x).mul(z), x.exp().sum(), x.argmax()];
    expect(gradcheck(f, [a, b], { fastMode })).toBe(true);
    expect(gradgradcheck((x, z) => x.mul(z).sin(), [a, b], { fastMode })).toBe(true);
  });
  test("names output, input and element of the largest error", () => {
    const f = wrong(
      (x) => x.mul(x),
      (x, g) => g.mul(x.mul(2)).mul(tensor([1, 1, 1.5], { dtype: "float64" })),
    );
    const text = message(f, [leaf([1, 2, 3])]);
    expect(text).toContain(
      "output 0, element [2], with respect to input 0, element [2], is 9, but finite differences give 6",
    );
    expect(text).toContain("1 of 9 elements are wrong");
  });
  test.each<[string, (x: Tensor) => Tensor, Tensor, string]>([
    [
      "a factor of two",
      wrong(
        (x) => x.mul(x),
        (x, g) => g.mul(x),
      ),
      leaf([1, 2]),
      "a factor of two",
    ],
    [
      "a sign",
      wrong(
        (x) => x.sin(),
        (x, g) => g.mul(x.cos()).neg(),
      ),
      leaf([1, 2]),
      "a sign",
    ],
    ["float32", (x) => x.exp(), tensor([1, 2], { requiresGrad: true }), "float32"],
    ["a kink", (x) => x.relu(), leaf([0, 1]), "a kink or jump nearby"],
    ["a lost gradient", (x) => x.mul(0).add(x.detach().mul(3)), leaf([1, 2]), "lost on the way"],
    [
      "a missing sum",
      wrong(
        (x) => x.expand([3, 2]).mul(2),
        (_x, g) =>
          g
            .select(0, 0)
            .mul(2)
            .mul(1 / 1),
      ),
      leaf([[1, 2]]),
      "Likely cause",
    ],
  ])("guesses the cause: %s", (_name, f, x, cause) => {
    expect(message(f, [x])).toContain(cause);
  });
  test("suggests a missing sum over a broadcast dimension", () => {
    const f = wrong(
      (x) => x.expand([3, 2]).sum(),
      (_x, g) => g.expand([1, 2]),
    );
    expect(message(f, [leaf([[1, 2]]), leaf([[1], [2], [3]])] as Tensor[])).toContain(
      "a missing sum over a broadcast dimension of size 3",
    );
  });
  test("reports random functions, in-place changes of inputs, and inputs that require no gradient", () => {
    expect(message((x) => x.mul(randn([2], { dtype: "float64" })), [leaf([1, 2])])).toMatch(
      /two runs give different|finite differences/,
    );
    expect(message((x, z) => x.mul(z.add_(1)), [leaf([1]), tensor([1], { dtype: "float64" })])).toContain(
      "changes its input 1 in place",
    );
    expect(() => gradcheck((x) => x, [tensor([1])])).toThrow("at least one input must require a gradient");
  });
  test("returns false with raiseException: false", () => {
    const f = wrong(
      (x) => x.mul(x),
      (x, g) => g.mul(x),
    );
    expect(gradcheck(f, [leaf([1, 2])], { raiseException: false })).toBe(false);
    expect(gradcheck(f, [leaf([1, 2])], { raiseException: false, fastMode: true })).toBe(false);
  });
});

import { gradients, nn, type Tensor, tensor, zeros } from "tapelab";
import { gradientsOutput } from "tapelab/view";
import { describe, expect, test } from "vitest";

class Net extends nn.Module {
  used = new nn.Linear(2, 2);
  unused = new nn.Linear(2, 2);
  frozen = new nn.Parameter(zeros([2]), false);
  override forward(x: Tensor): Tensor {
    return this.used.forward(x);
  }
}

describe("gradients", () => {
  test("has a row for each parameter, and the reason why it has no gradient", () => {
    const net = new Net();
    expect(gradients(net).data.tensors.state).toEqual([
      "notRequired",
      "notRunYet",
      "notRunYet",
      "notRunYet",
      "notRunYet",
    ]);
    net
      .forward(tensor([[1, -1]]))
      .sum()
      .backward();
    const { tensors } = gradients(net).data;
    expect(tensors.name).toEqual(["frozen", "used.weight", "used.bias", "unused.weight", "unused.bias"]);
    expect(tensors.state).toEqual(["notRequired", "computed", "computed", "notReached", "notReached"]);
    expect(tensors.gradient.mean[2]).toBe(1);
    expect(tensors.ratio[3]).toBeNull();
  });
  test("takes a tensor, a list, a record", () => {
    const x = tensor([3, 4], { requiresGrad: true });
    x.mul(x).sum().backward();
    expect(gradients(x).data.totalNorm).toBe(10);
    expect(gradients([x, x]).data.tensors.name).toEqual(["[0]", "[1]"]);
    expect(gradients({ w: x }).data.tensors.ratio).toEqual([2]);
    expect(() => gradients({ w: 3 } as never)).toThrow("gradients: source must be a tensor");
  });
  test("counts elements that are not finite, and keeps the counts in JSON", () => {
    const x = tensor([1, 2, 3, 0], { requiresGrad: true });
    x.mul(1).backward(tensor([Number.NaN, Infinity, 0, 1]));
    const stored = JSON.parse(JSON.stringify(gradients(x).bundle()[gradientsOutput.mime])) as typeof data;
    const { data } = gradients(x);
    expect(stored).toEqual(data);
    expect(stored.tensors.gradient.nan).toEqual([1]);
    expect(stored.tensors.gradient.inf).toEqual([1]);
    expect(stored.tensors.gradient.norm).toEqual(["NaN"]);
  });
  test("a gradient of zeros is not a missing gradient", () => {
    const x = tensor([1], { requiresGrad: true });
    x.mul(0).sum().backward();
    expect(gradients(x).data.tensors.state).toEqual(["zero"]);
  });
});

/** Registering and finding a module's members by name. */

import { arange, nn, ones, type Tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

class Net extends nn.Module {
  declare mask: nn.Buffer;
  declare steps: nn.Buffer;
  declare scale: nn.Parameter | null;
  body = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
  constructor() {
    super();
    this.registerBuffer("mask", ones([2, 2]).tril(), { persistent: false });
    this.registerBuffer("steps", zeros([], { dtype: "int32" }));
    this.registerParameter("scale", new nn.Parameter(ones([2])));
  }
  override forward(x: Tensor): Tensor {
    return this.body.forward(x).matmul(this.mask);
  }
}

test("registered members are fields; the state has all but buffers that are not persistent", () => {
  const net = new Net();
  expect(net.mask.toArray()).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(Object.keys(net.stateDict())).toEqual(["scale", "steps", "body.0.weight", "body.0.bias"]);
  expect(Array.from(net.namedBuffers(), ([name]) => name)).toEqual(["mask", "steps"]);
  expect(() => net.loadStateDict(new Net().stateDict())).not.toThrow();
  net.registerParameter("scale", null);
  expect(net.scale).toBeNull();
  expect(Array.from(net.namedParameters(), ([name]) => name)).toEqual(["body.0.weight", "body.0.bias"]);
});

test("a name is refused if a method or another field has it", () => {
  const net = new Net();
  for (const name of ["forward", "training"])
    expect(() => net.registerBuffer(name, arange(2))).toThrow(`"${name}" is already a member of Net`);
  expect(() => net.registerModule("a.b", new nn.ReLU())).toThrow(
    "registerModule: a name must not be empty or have a dot",
  );
});

test("members are found, and replaced, by their dotted names", () => {
  const net = new Net();
  expect(net.getSubmodule("")).toBe(net);
  expect(net.getSubmodule("body.0")).toBe(net.body[0]);
  expect(net.getParameter("body.0.bias")).toBe((net.body[0] as nn.Linear).bias);
  expect(net.getBuffer("mask")).toBe(net.mask);
  const wide = new nn.Linear(2, 2);
  net.setSubmodule("body.0", wide);
  expect(net.body[0]).toBe(wide);
  expect(() => net.getSubmodule("head")).toThrow(
    'getSubmodule: nothing is called "head"; there are "", "body", "body.0", "body.1"',
  );
  expect(() => net.getParameter("mask")).toThrow('getParameter: nothing is called "mask"');
  expect(() => net.setSubmodule("head", wide)).toThrow('setSubmodule: nothing is called "head"');
});

/** A GPT, a VAE and a U-Net, ported line by line from PyTorch: outputs, gradients and losses of the first training steps are PyTorch's. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { nn, optim, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { GPT } from "./gpt.ts";
import { UNet } from "./unet.ts";
import { VAE } from "./vae.ts";

interface Plain {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The first steps of a model in PyTorch, and its inputs. */
interface Run {
  readonly state: Readonly<Record<string, Plain>>;
  readonly output: Plain;
  readonly gradients: Readonly<Record<string, Plain>>;
  readonly losses: readonly number[];
}

const stored = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/models/models.json.gz"))).toString()) as {
  readonly gpt: Run & { readonly idx: number[][]; readonly greedy: number[][] };
  readonly vae: Run & { readonly x: Plain; readonly eps: Plain };
  readonly unet: Run & { readonly x: Plain; readonly noise: Plain; readonly t: Plain };
};

const tensorOf = ({ shape, values }: Plain): Tensor => tensor([...values], { dtype: "float64" }).reshape([...shape]);

const expectClose = (got: Tensor, expected: Plain, what: string): void => {
  expect(got.shape, `shape of ${what}`).toEqual(expected.shape);
  const elements = got.reshape([-1]).toArray<number[]>();
  const worst = Math.max(
    ...elements.map((v, i) => Math.abs(v - expected.values[i]) / (1 + Math.abs(expected.values[i]))),
  );
  expect(worst, `largest error of ${what}`).toBeLessThan(1e-8);
};

/** Trains the model as make_models.py does, from the stored state, and compares everything with the stored run. */
function expectSameSteps(model: nn.Module, run: Run, step: () => [output: Tensor, loss: Tensor]): void {
  model.loadStateDict(Object.fromEntries(Object.entries(run.state).map(([name, t]) => [name, tensorOf(t)])));
  const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-2 });
  const losses = run.losses.map((_, i) => {
    optimizer.zeroGrad();
    const [output, loss] = step();
    loss.backward();
    if (i === 0) {
      expectClose(output, run.output, "the output");
      const gradients = Object.entries(run.gradients);
      expect(Array.from(model.namedParameters(), ([name]) => name)).toEqual(gradients.map(([name]) => name));
      for (const [name, g] of gradients)
        expectClose(model.getParameter(name).grad as Tensor, g, `the gradient of ${name}`);
    }
    optimizer.step();
    return loss.item();
  });
  expectClose(tensor(losses, { dtype: "float64" }), { shape: [losses.length], values: run.losses }, "the losses");
}

test("a GPT trains as in PyTorch, and generates the same text", () => {
  const { gpt } = stored;
  const model = new GPT(11, 8, 12, 3, 2);
  const idx = tensor(gpt.idx, { dtype: "int64" });
  const [x, y] = [idx.at(":, :-1"), idx.at(":, 1:").contiguous()];
  expectSameSteps(model, gpt, () => {
    const [logits, loss] = model.forward(x, y);
    return [logits, loss as Tensor];
  });
  expect(model.generate(x.at(":1, :3"), 12, 1, 1).toArray()).toEqual(gpt.greedy);
  expect(model.generate(x.at(":1, :3"), 12, 0.8, 4).shape).toEqual([1, 15]);
});

test("a VAE trains as in PyTorch", () => {
  const { vae } = stored;
  const model = new VAE(3);
  const [x, eps] = [tensorOf(vae.x), tensorOf(vae.eps)];
  expectSameSteps(model, vae, () => model.loss(x, eps));
});

test("a U-Net trains as in PyTorch", () => {
  const { unet } = stored;
  const model = new UNet();
  const [x, noise, t] = [tensorOf(unet.x), tensorOf(unet.noise), tensorOf(unet.t)];
  expectSameSteps(model, unet, () => {
    const output = model.forward(x.mul(0.8).add(noise.mul(0.6)), t);
    return [output, nn.functional.mseLoss(output, noise)];
  });
});

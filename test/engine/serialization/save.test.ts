/** Saving to files and loading from them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  ArgumentError,
  load,
  manualSeed,
  nn,
  ones,
  optim,
  randn,
  save,
  serialization,
  type Tensor,
  tensor,
} from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "tapelab-save-"));
const path = (name: string): string => join(folder, name);

const makeModel = (): nn.Sequential =>
  new nn.Sequential(new nn.Linear(3, 20), new nn.BatchNorm1d(20), new nn.Linear(20, 2));

test.each(["model.safetensors", "model.pt", "model.pth"])("a model's state in %s", async (name) => {
  const [model, other] = [makeModel(), makeModel()];
  const x = randn([8, 3]);
  model.forward(x);
  await save(model.stateDict(), path(name));
  other.loadStateDict(await load(path(name)));
  for (const m of [model, other]) m.eval();
  expect(other.forward(x).toArray()).toEqual(model.forward(x).toArray());
  expect(readdirSync(folder).filter((f) => f.endsWith(".part"))).toEqual([]);
});

test.each(["state.safetensors", "state.pt"])(
  "nested values in %s: a training goes on from them as without a stop",
  async (name) => {
    const train = (model: nn.Sequential, optimizer: optim.Adam, steps: number): number[] =>
      Array.from({ length: steps }, () => {
        optimizer.zeroGrad();
        const loss = model
          .forward(ones([4, 3]))
          .square()
          .mean();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
    manualSeed(1);
    const model = makeModel();
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.1, amsgrad: true });
    train(model, optimizer, 3);
    await save(
      { model: model.stateDict(), optimizer: optimizer.stateDict(), epoch: 3, best: Infinity, history: [0.5, -0] },
      path(name),
    );
    const expected = train(model, optimizer, 3);

    const resumed = makeModel();
    const again = new optim.Adam(resumed.parameters(), { lr: 0.1, amsgrad: true });
    const state = await load<{
      model: Record<string, Tensor>;
      optimizer: optim.OptimizerState;
      epoch: number;
      best: number;
      history: number[];
    }>(path(name));
    expect({ epoch: state.epoch, best: state.best, history: state.history }).toEqual({
      epoch: 3,
      best: Infinity,
      history: [0.5, -0],
    });
    resumed.loadStateDict(state.model);
    again.loadStateDict(state.optimizer);
    expect(train(resumed, again, 3)).toEqual(expected);
  },
);

test("a checkpoint of PyTorch continues here", () => {
  const cases = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/saved.json.gz"))).toString()) as {
    name: string;
    file: string;
  }[];
  const { file = "" } = cases.find(({ name }) => name.startsWith("a model and its optimizer")) ?? {};
  const state = serialization.decodePt<{ model: Record<string, Tensor>; optimizer: optim.OptimizerState }>(
    new Uint8Array(Buffer.from(file, "base64")),
  );
  const model = new nn.Sequential(
    new nn.Conv2d(2, 3, 3),
    new nn.BatchNorm2d(3),
    new nn.Flatten(),
    new nn.Linear(12, 2),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.5 });
  model.loadStateDict(state.model);
  optimizer.loadStateDict(state.optimizer);
  expect(optimizer.lr).toBe(0.1);
  const moments = optimizer.stateDict().state["0"] as { expAvg: Tensor };
  const stored = (state.optimizer.state as Record<string, { exp_avg: Tensor }>)["0"];
  expect(moments.expAvg.toArray()).toEqual(stored.exp_avg.toArray());
});

test("metadata are kept", async () => {
  await save({ w: tensor([1]) }, path("meta.safetensors"), { metadata: { step: "3" } });
  const file = serialization.decodeSafetensors(readFileSync(path("meta.safetensors")));
  expect(file.metadata).toEqual({ step: "3" });
});

test("a file is replaced as a whole, or stays", async () => {
  await save({ w: tensor([1]) }, path("kept.safetensors"));
  await expect(save({ w: tensor([2]), f: () => 1 }, path("kept.safetensors"))).rejects.toThrow(
    'save: "f" is a function',
  );
  expect((await load(path("kept.safetensors")))["w"].toArray()).toEqual([1]);
  await expect(save({ w: tensor([2]) }, path("missing/folder.pt"))).rejects.toThrow("ENOENT");
  expect(existsSync(path("missing"))).toBe(false);
});

test("names of files and their contents are checked", async () => {
  await expect(save({}, path("model.npz"))).rejects.toThrow(
    "save: the name of the file must end in .safetensors, .pt or .pth",
  );
  await expect(load(path("model"))).rejects.toThrow(ArgumentError);
  writeFileSync(path("text.pt"), "hello");
  await expect(load(path("text.pt"))).rejects.toThrow("expected a zip archive");
  await save({ list: [1] }, path("tree.safetensors"));
  const bytes = readFileSync(path("tree.safetensors"), "latin1").replace('{\\"list\\":[1]}', '{\\"lost\\":[1]}');
  writeFileSync(path("tree.safetensors"), bytes, "latin1");
  await expect(load(path("tree.safetensors"))).rejects.toThrow("the text of its nested values is invalid");
});

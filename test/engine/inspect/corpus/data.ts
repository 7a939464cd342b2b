/** Programs whose data is wrong. */
import { F, Generator, nn, optim, tensor, where, zerosLike } from "tapelab";
import { bars, clouds, curve, type Program, sequences, tokens } from "./program.ts";

export const data: readonly Program[] = [
  {
    name: "a missing value in a table",
    causes: ["data-not-finite"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const rows = x.toArray<number[][]>();
      if (broken) rows[17][2] = Number.NaN;
      const table = tensor(rows);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(table), y) };
    },
  },
  {
    name: "images whose buffer was never filled",
    causes: ["inputs-constant"],
    build(broken) {
      const [images, y] = bars(32);
      const x = broken ? zerosLike(images) : images;
      const model = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.Flatten(), new nn.Linear(144, 2));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.005 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "house prices with raw columns",
    causes: ["inputs-not-normalized", "targets-not-normalized"],
    build(broken) {
      const g = new Generator(9);
      const rows = Array.from({ length: 64 }, () => [
        g.uniform() * 3,
        400 + 2500 * g.uniform(),
        1950 + 70 * g.uniform(),
      ]);
      const price = rows.map(([rooms, area, year]) => [rooms * 0.3 + (area - 1600) / 800 + (year - 1985) / 40]);
      const x = tensor(rows);
      const mean = x.mean(0);
      const scaled = x.sub(mean).div(x.std(0));
      const model = new nn.Sequential(new nn.Linear(3, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.02 });
      const target = tensor(price);
      return { model, optimizer, loss: () => F.mseLoss(model.forward(broken ? x : scaled), target) };
    },
  },
  {
    name: "targets in the hundred thousands",
    causes: ["targets-not-normalized"],
    build(broken) {
      const [x, y] = curve(64, 3);
      const target = broken ? y.mul(80_000).add(250_000) : y;
      const model = new nn.Sequential(new nn.Linear(3, 24), new nn.ReLU(), new nn.Linear(24, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), target) };
    },
  },
  {
    name: "fraud detection with 4 positives in 100",
    causes: ["class-imbalance"],
    build(broken) {
      const g = new Generator(6);
      const labels = Array.from({ length: 100 }, (_, i) => (broken ? (i % 25 === 0 ? 1 : 0) : i % 2));
      const x = tensor(labels.map((l) => Array.from({ length: 5 }, () => g.normal() + 0.4 * l)));
      const y = tensor(labels, { dtype: "float32" });
      const model = new nn.Sequential(new nn.Linear(5, 16), new nn.ReLU(), new nn.Linear(16, 1), new nn.Flatten(0));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.binaryCrossEntropyWithLogits(model.forward(x), y) };
    },
  },
  {
    name: "inputs shuffled without their labels",
    causes: ["labels-unrelated"],
    build(broken) {
      const [x, y] = clouds(150, 6, 3, 12);
      const order = tensor(Array.from(new Generator(2).permutation(150)), { dtype: "int64" });
      const shuffled = x.indexSelect(0, order);
      const labels = broken ? y : y.indexSelect(0, order);
      const model = new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(shuffled), labels) };
    },
  },
  {
    name: "all targets of a batch are padding",
    causes: ["all-targets-ignored"],
    build(broken) {
      const [x, y] = sequences(24, 5);
      const labels = broken ? y.mul(0) : y;
      const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(5, 8), new nn.ReLU(), new nn.Linear(8, 2));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const criterion = new nn.CrossEntropyLoss(broken ? { ignoreIndex: 0 } : {});
      return { model, optimizer, loss: () => criterion.forward(model.forward(x), labels) };
    },
  },
  {
    name: "padding that counts in the loss of a language model",
    causes: ["padding-in-loss"],
    build(broken) {
      const [x, y] = tokens(16, 12, 9);
      const keep = tensor(Array.from({ length: 16 }, (_, i) => Array.from({ length: 12 }, (_t, t) => t < 3 + (i % 3))));
      const [ids, labels] = [x, y].map((t) => where(keep, t.add(1), 0));
      const embed = new nn.Embedding(10, 12);
      const lstm = new nn.LSTM(12, 16, { batchFirst: true });
      const out = new nn.Linear(16, 10);
      const optimizer = new optim.Adam(
        [embed, lstm, out].flatMap((m) => m.parameters()),
        { lr: 0.01 },
      );
      const options = broken ? {} : { ignoreIndex: 0 };
      return {
        model: { embed, lstm, out },
        optimizer,
        loss() {
          const [h] = lstm.forward(embed.forward(ids));
          return F.crossEntropy(out.forward(h).reshape([-1, 10]), labels.reshape([-1]), options);
        },
      };
    },
  },
  {
    name: "labels from 1 to 3 with four outputs",
    causes: ["labels-start-at-one"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const labels = broken ? y.add(1) : y;
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, broken ? 4 : 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), labels) };
    },
  },
  {
    name: "logarithm of the output of a relu",
    causes: ["loss-not-finite"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });
      const target = y.abs().add(0.5).log();
      return {
        model,
        optimizer,
        loss: () =>
          F.mseLoss(
            model
              .forward(x)
              .relu()
              .add(broken ? 0 : 0.1)
              .log(),
            target,
          ),
      };
    },
  },
];

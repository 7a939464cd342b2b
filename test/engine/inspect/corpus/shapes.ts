/** Programs whose shapes fit, but mean something else than was intended. */
import { F, nn, ones, optim, randn, type Tensor } from "tapelab";
import { bars, clouds, curve, type Program, sequences, tokens } from "./program.ts";

class Reader extends nn.Module {
  lstm: nn.LSTM;
  out = new nn.Linear(12, 2);
  constructor(batchFirst: boolean) {
    super();
    this.lstm = new nn.LSTM(1, 12, { batchFirst });
  }
  override forward(x: Tensor): Tensor {
    const [h] = this.lstm.forward(x);
    return this.out.forward(h.select(1, -1));
  }
}

class TimeMajor extends nn.Module {
  project = new nn.Linear(1, 8);
  out = new nn.Linear(48, 2);
  readonly #broken: boolean;
  constructor(broken: boolean) {
    super();
    this.#broken = broken;
  }
  override forward(x: Tensor): Tensor {
    const h = this.project.forward(x).tanh().transpose(0, 1);
    // from [time, batch, features] to [batch, time · features]
    const rows = this.#broken ? h.reshape([x.shape[0], -1]) : h.transpose(0, 1).reshape([x.shape[0], -1]);
    return this.out.forward(rows);
  }
}

class SelfAttention extends nn.Module {
  embed = new nn.Embedding(9, 16);
  q = new nn.Linear(16, 16);
  k = new nn.Linear(16, 16);
  v = new nn.Linear(16, 16);
  out = new nn.Linear(16, 9);
  readonly #dim: number;
  constructor(dim: number) {
    super();
    this.#dim = dim;
  }
  override forward(tokens: Tensor): Tensor {
    const x = this.embed.forward(tokens);
    const scores = this.q.forward(x).matmul(this.k.forward(x).transpose(1, 2)).div(4);
    const later = ones([7, 7]).tril().eq(0);
    const weights = scores.maskedFill(later, -1e9).softmax(this.#dim);
    return this.out.forward(x.add(weights.matmul(this.v.forward(x))));
  }
}

class Pooled extends nn.Module {
  attention: nn.MultiheadAttention;
  inner = new nn.Linear(1, 8);
  out = new nn.Linear(8, 2);
  constructor(batchFirst: boolean) {
    super();
    this.attention = new nn.MultiheadAttention(8, 2, { batchFirst });
  }
  override forward(x: Tensor): Tensor {
    const h = this.inner.forward(x);
    const [a] = this.attention.forward(h, h, h);
    return this.out.forward(a.mean(1));
  }
}

export const shapes: readonly Program[] = [
  {
    name: "regression with a prediction [n, 1] and a target [n]",
    causes: ["loss-broadcast"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const target = broken ? y.squeeze(1) : y;
      const model = new nn.Sequential(new nn.Linear(2, 24), new nn.ReLU(), new nn.Linear(24, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), target) };
    },
  },
  {
    name: "squared error by hand, of [n] against [n, 1]",
    causes: ["loss-broadcast"],
    build(broken) {
      const [x, y] = curve(64, 3);
      const model = new nn.Sequential(new nn.Linear(3, 24), new nn.Tanh(), new nn.Linear(24, 1), new nn.Flatten(0));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = model
            .forward(x)
            .sub(broken ? y : y.flatten())
            .pow(2)
            .mean();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "predictions averaged over the batch before the loss",
    causes: ["mean-before-loss"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 24), new nn.ReLU(), new nn.Linear(24, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const p = model.forward(x);
          return broken ? F.mseLoss(p.mean(), y.mean()) : F.mseLoss(p, y);
        },
      };
    },
  },
  {
    name: "LSTM without batchFirst on [batch, time, features]",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = sequences(40, 6);
      const model = new Reader(!broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "reshape in place of a transpose",
    causes: ["reshape-mixes-examples"],
    build(broken) {
      const [x, y] = sequences(40, 6);
      const model = new TimeMajor(broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "attention whose softmax runs over the queries",
    causes: ["attention-over-queries"],
    build(broken) {
      const [x, y] = tokens(12, 7, 9);
      const model = new SelfAttention(broken ? 1 : -1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).reshape([-1, 9]), y.reshape([-1])) };
    },
  },
  {
    name: "multi-head attention over the batch",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = sequences(40, 6);
      const model = new Pooled(!broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "label that is one above the last class",
    causes: ["labels-out-of-range"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const labels = broken ? y.add(1) : y;
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), labels) };
    },
  },
  {
    name: "reshape to rows of the wrong width before a linear layer",
    causes: ["batch-size-changes"],
    build(broken) {
      const [x, y] = bars(32);
      class Net extends nn.Module {
        conv = new nn.Conv2d(1, 4, 3);
        fc = new nn.Linear(broken ? 36 : 144, 2);
        override forward(images: Tensor): Tensor {
          const h = this.conv.forward(images).relu();
          return this.fc.forward(h.reshape([-1, broken ? 36 : 144]));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "deep Q-learning whose target is not detached",
    causes: ["target-not-detached"],
    build(broken) {
      const q = new nn.Sequential(new nn.Linear(3, 24), new nn.ReLU(), new nn.Linear(24, 2));
      const optimizer = new optim.Adam(q.parameters(), { lr: 1e-3 });
      return {
        model: q,
        optimizer,
        step() {
          const [state, next] = [randn([32, 3]), randn([32, 3])];
          const action = state.select(1, 1).gt(0).to("int64").unsqueeze(1);
          const target = state.select(1, 0).add(q.forward(next).amax(1).mul(0.9));
          const loss = F.mseLoss(q.forward(state).gather(1, action).squeeze(1), broken ? target : target.detach());
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "logits viewed as [batch, classes, time] in place of a transpose",
    causes: ["reshape-for-transpose"],
    build(broken) {
      const [x, y] = tokens(12, 7, 9);
      const model = new SelfAttention(-1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const logits = model.forward(x);
          return F.crossEntropy(broken ? logits.reshape([12, 9, 7]) : logits.transpose(1, 2), y);
        },
      };
    },
  },
  {
    name: "last states of two layers reshaped to one row for each example",
    causes: ["reshape-mixes-examples", "reshape-for-transpose"],
    build(broken) {
      const [x, y] = sequences(40, 6);
      class Net extends nn.Module {
        lstm = new nn.LSTM(1, 10, { numLayers: 2, batchFirst: true });
        out = new nn.Linear(20, 2);
        override forward(s: Tensor): Tensor {
          const [, [h]] = this.lstm.forward(s);
          return this.out.forward(broken ? h.reshape([s.shape[0], 20]) : h.transpose(0, 1).reshape([s.shape[0], 20]));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 12, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
];

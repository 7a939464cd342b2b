/** Programs after public reports: recurrent layers, transformers and embeddings. */
import { arange, F, Generator, nn, optim, randn, stack, type Tensor, tensor, zeros } from "tapelab";
import { type Program, sequences, tokens } from "../program.ts";

/** Waves [n, steps, 2] with a phase, and the next value of the first of both. */
function waves(n: number, steps: number): [x: Tensor, y: Tensor] {
  const g = new Generator(21);
  const rows = Array.from({ length: n }, () => {
    const [phase, rate] = [6 * g.uniform(), 0.3 + 0.4 * g.uniform()];
    return Array.from({ length: steps + 1 }, (_, t) => [Math.sin(phase + rate * t), Math.cos(phase + rate * t)]);
  });
  return [tensor(rows.map((r) => r.slice(0, steps))), tensor(rows.map((r) => [r[steps][0]]))];
}

/** A mask of attention that hides later steps. */
const causal = (n: number): Tensor =>
  tensor(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => (j > i ? -Infinity : 0))));

class Forecast extends nn.Module {
  rnn: nn.GRU;
  head = new nn.Linear(18, 1);
  readonly last: (h: Tensor) => Tensor;
  constructor(batchFirst: boolean, last: (h: Tensor) => Tensor) {
    super();
    this.rnn = new nn.GRU(2, 18, { batchFirst });
    this.last = last;
  }
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.last(this.rnn.forward(x)[0]));
  }
}

class Tagger extends nn.Module {
  embed = new nn.Embedding(9, 16);
  encoder: nn.TransformerEncoderLayer;
  out = new nn.Linear(16, 9);
  readonly mask: Tensor | null;
  constructor(batchFirst: boolean, mask: Tensor | null = null) {
    super();
    this.mask = mask;
    this.encoder = new nn.TransformerEncoderLayer(16, 2, { dimFeedforward: 32, dropout: 0, batchFirst });
  }
  override forward(ids: Tensor): Tensor {
    const h = this.embed.forward(ids);
    return this.out.forward(
      this.mask === null ? this.encoder.forward(h) : this.encoder.forward(h, { srcMask: this.mask }),
    );
  }
}

/** An update of all parameters by their gradients. */
function update(optimizer: optim.Optimizer, loss: Tensor): number {
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.item();
}

export const recurrent: readonly Program[] = [
  {
    name: "GRU whose last example is taken for its last time step",
    causes: ["examples-reduced"],
    build(broken) {
      const [x, y] = waves(24, 24);
      const model = new Forecast(true, (h) => (broken ? h.select(0, -1) : h.select(1, -1)));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 6, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "GRU that reads the batch as time",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = waves(24, 10);
      const model = new Forecast(!broken, (h) => h.select(1, -1));
      const optimizer = new optim.RMSprop(model.parameters(), { lr: 2e-3 });
      return { model, optimizer, steps: 12, loss: () => F.smoothL1Loss(model.forward(x), y) };
    },
  },
  {
    name: "plain RNN on [batch, time, features] without batchFirst",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = sequences(30, 8);
      class Net extends nn.Module {
        rnn = new nn.RNN(1, 12, { batchFirst: !broken });
        fc = new nn.Linear(12, 2);
        override forward(s: Tensor): Tensor {
          return this.fc.forward(this.rnn.forward(s)[0].mean(1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 12, data: [x, y], loss: new nn.CrossEntropyLoss() };
    },
  },
  {
    name: "encoder layer of a transformer on [batch, time, features] without batchFirst",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = tokens(14, 9, 9);
      const model = new Tagger(!broken, broken ? null : causal(9));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 2e-3 });
      return { model, optimizer, steps: 10, loss: () => F.crossEntropy(model.forward(x).transpose(1, 2), y) };
    },
  },
  {
    name: "encoder of a transformer whose states are averaged over the batch in place of the time",
    causes: ["examples-reduced"],
    build(broken) {
      const [ids] = tokens(16, 16, 9);
      const y = ids.select(1, 0).remainder(3);
      class Pooled extends nn.Module {
        embed = new nn.Embedding(9, 16);
        body = new nn.TransformerEncoderLayer(16, 2, { dimFeedforward: 32, dropout: 0, batchFirst: true });
        fc = new nn.Linear(16, 3);
        override forward(t: Tensor): Tensor {
          const h = this.body.forward(this.embed.forward(t));
          return this.fc.forward(h.mean(broken ? 0 : 1));
        }
      }
      const model = new Pooled();
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, steps: 10, loss: () => F.crossEntropy(model.forward(ids), y) };
    },
  },
  {
    name: "LSTM cell unrolled by hand whose state goes on through all batches",
    causes: ["state-carried-over"],
    build(broken) {
      const [x, y] = waves(12, 6);
      const cell = new nn.LSTMCell(2, 10);
      const head = new nn.Linear(10, 1);
      const optimizer = new optim.Adam([...cell.parameters(), ...head.parameters()], { lr: 5e-3 });
      let [h, c] = [zeros([12, 10]), zeros([12, 10])];
      return {
        model: { cell, head },
        optimizer,
        steps: 6,
        step() {
          if (!broken) [h, c] = [h.detach(), c.detach()];
          for (let t = 0; t < 6; t++) [h, c] = cell.forward(x.select(1, t), [h, c]);
          const loss = F.mseLoss(head.forward(h), y);
          optimizer.zeroGrad();
          loss.backward({ retainGraph: broken });
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "initial state that is created anew as a parameter in each step",
    causes: ["layer-made-in-step", "not-in-optimizer", "unregistered-parameter"],
    build(broken) {
      const [x, y] = waves(16, 5);
      const rnn = new nn.GRU(2, 8, { batchFirst: true });
      const head = new nn.Linear(8, 1);
      const h0 = new nn.Parameter(randn([1, 1, 8]).mul(0.1));
      const optimizer = new optim.Adam([...rnn.parameters(), ...head.parameters(), ...(broken ? [] : [h0])], {
        lr: 5e-3,
      });
      return {
        model: broken ? { rnn, head } : { rnn, head, h0 },
        optimizer,
        step() {
          const start = broken ? new nn.Parameter(randn([1, 1, 8]).mul(0.1)) : h0;
          const [out] = rnn.forward(x, start.expand(1, 16, 8).contiguous());
          return update(optimizer, F.mseLoss(head.forward(out.select(1, -1)), y));
        },
      };
    },
  },
  {
    name: "next token predicted from itself: targets that are the inputs",
    causes: ["target-is-input"],
    build(broken) {
      const [x, y] = tokens(14, 8, 9);
      const model = new Tagger(true, causal(8));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).transpose(1, 2), broken ? x : y) };
    },
  },
  {
    name: "language model without a causal mask",
    causes: ["sees-future"],
    build(broken) {
      const [x, y] = tokens(14, 8, 9);
      const model = new Tagger(true, broken ? null : causal(8));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).transpose(1, 2), y) };
    },
  },
  {
    name: "logits of a tagger viewed as [batch, classes, time]",
    causes: ["reshape-for-transpose", "reshape-mixes-examples"],
    build(broken) {
      const [x, y] = tokens(10, 7, 9);
      const embed = new nn.Embedding(9, 20);
      const lstm = new nn.LSTM(20, 20, { batchFirst: true, bidirectional: false });
      const fc = new nn.Linear(20, 9);
      const model = { embed, lstm, fc };
      const optimizer = new optim.Adam(
        [embed, lstm, fc].flatMap((m) => m.parameters()),
        { lr: 0.01 },
      );
      return {
        model,
        optimizer,
        step() {
          const logits = fc.forward(lstm.forward(embed.forward(x))[0]);
          return update(optimizer, F.crossEntropy(broken ? logits.view([10, 9, 7]) : logits.permute([0, 2, 1]), y));
        },
      };
    },
  },
  {
    name: "softmax of an attention over the batch",
    causes: ["softmax-over-batch", "attention-over-queries"],
    build(broken) {
      const [x, y] = sequences(20, 6);
      class Attentive extends nn.Module {
        rnn = new nn.GRU(1, 12, { batchFirst: true });
        score = new nn.Linear(12, 1);
        fc = new nn.Linear(12, 2);
        override forward(s: Tensor): Tensor {
          const [h] = this.rnn.forward(s);
          const weights = this.score.forward(h.tanh()).softmax(broken ? 0 : 1);
          return this.fc.forward(h.mul(weights).sum(1));
        }
      }
      const model = new Attentive();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "predictions of an unrolled decoder collected as numbers",
    causes: ["round-trip"],
    build(broken) {
      const [x, y] = waves(10, 4);
      const cell = new nn.GRUCell(2, 8);
      const head = new nn.Linear(8, 1);
      const optimizer = new optim.Adam([...cell.parameters(), ...head.parameters()], { lr: 5e-3 });
      return {
        model: { cell, head },
        optimizer,
        steps: 4,
        step() {
          const outputs: Tensor[] = [];
          for (let i = 0; i < 10; i++) {
            let h = zeros([8]);
            for (let t = 0; t < 4; t++) h = cell.forward(x.select(0, i).select(0, t), h);
            outputs.push(head.forward(h));
          }
          const all = broken
            ? tensor(
                outputs.map((o) => [o.item()]),
                { requiresGrad: true },
              )
            : stack(outputs);
          return update(optimizer, F.mseLoss(all, y));
        },
      };
    },
  },
  {
    name: "learned positions that are added as a constant",
    causes: ["detached", "never-used", "copied", "no-grad", "unused", "not-in-optimizer"],
    build(broken) {
      const [x, y] = tokens(12, 8, 9);
      class Net extends nn.Module {
        embed = new nn.Embedding(9, 12);
        position = new nn.Embedding(8, 12);
        body = new nn.Sequential(new nn.Linear(12, 24), new nn.GELU(), new nn.Linear(24, 9));
        override forward(ids: Tensor): Tensor {
          const p = this.position.forward(arange(8));
          return this.body.forward(this.embed.forward(ids).add(broken ? p.detach() : p));
        }
      }
      const model = new Net();
      const optimizer = new optim.RAdam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).flatten(0, 1), y.flatten()) };
    },
  },
  {
    name: "recurrent network by hand whose weights double the state",
    causes: ["exploding-gradient", "initial-weights", "learning-rate-too-large"],
    build(broken) {
      const [x, y] = waves(12, 20);
      const wx = randn([2, 12]).mul(0.5).requiresGrad_(true);
      const wh = randn([12, 12])
        .mul(broken ? 1.2 : 0.2)
        .requiresGrad_(true);
      const wo = randn([12, 1]).mul(0.3).requiresGrad_(true);
      const optimizer = new optim.SGD([wx, wh, wo], { lr: 0.01 });
      return {
        model: { wx, wh, wo },
        optimizer,
        loss() {
          let h = zeros([12, 12]);
          for (let t = 0; t < 20; t++) {
            const pre = x.select(1, t).matmul(wx).add(h.matmul(wh));
            h = broken ? pre.relu() : pre.tanh();
          }
          return F.mseLoss(h.matmul(wo), y);
        },
      };
    },
  },
];

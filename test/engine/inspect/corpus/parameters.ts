/** Programs in which parameters are lost, frozen or never updated. */
import { F, nn, optim, randn, type Tensor } from "tapelab";
import { bars, clouds, curve, type Program } from "./program.ts";

class Residual extends nn.Module {
  first = new nn.Linear(4, 16);
  blocks: nn.Linear[];
  readonly hidden: () => nn.Linear[];
  out = new nn.Linear(16, 3);
  constructor(isHidden: boolean) {
    super();
    const blocks = Array.from({ length: 3 }, () => new nn.Linear(16, 16));
    this.blocks = isHidden ? [] : blocks;
    this.hidden = () => (isHidden ? blocks : this.blocks);
  }
  override forward(x: Tensor): Tensor {
    let h = this.first.forward(x).relu();
    for (const block of this.hidden()) h = h.add(block.forward(h).relu());
    return this.out.forward(h);
  }
}

class Private extends nn.Module {
  readonly #encoder = new nn.Linear(4, 16);
  encoder: nn.Linear | null;
  out = new nn.Linear(16, 3);
  constructor(isPrivate: boolean) {
    super();
    this.encoder = isPrivate ? null : new nn.Linear(4, 16);
  }
  override forward(x: Tensor): Tensor {
    return this.out.forward((this.encoder ?? this.#encoder).forward(x).relu());
  }
}

class Fresh extends nn.Module {
  body = new nn.Linear(4, 16);
  head: nn.Linear | null;
  constructor(isFresh: boolean) {
    super();
    this.head = isFresh ? null : new nn.Linear(16, 3);
  }
  override forward(x: Tensor): Tensor {
    const head = this.head ?? new nn.Linear(16, 3);
    return head.forward(this.body.forward(x).relu());
  }
}

class Backbone extends nn.Module {
  features = new nn.Sequential(new nn.Conv2d(1, 4, 3), new nn.ReLU(), new nn.Flatten());
  head = new nn.Linear(4 * 36, 10);
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.features.forward(x));
  }
}

export const parameters: readonly Program[] = [
  {
    name: "layers held by a closure and not by the module",
    causes: ["unregistered-parameter"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Residual(broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "layer in a private field",
    causes: ["unregistered-parameter"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Private(broken);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "layer created inside forward",
    causes: ["layer-made-in-step"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Fresh(broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "optimizer of the model before it was created anew",
    causes: ["optimizer-of-other-model"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 1));
      let model = make();
      const old = new optim.Adam(model.parameters(), { lr: 0.01 });
      model = make();
      const optimizer = broken ? old : new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          model.zeroGrad();
          const loss = F.mseLoss(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "new head put on a pretrained network after the optimizer was created",
    causes: ["not-in-optimizer"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new Backbone();
      const before = new optim.Adam(model.parameters(), { lr: 0.003 });
      model.head = new nn.Linear(4 * 36, 2);
      const optimizer = broken ? before : new optim.Adam(model.parameters(), { lr: 0.003 });
      return {
        model,
        optimizer,
        step() {
          model.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "only the encoder's parameters are given to the optimizer",
    causes: ["not-in-optimizer"],
    build(broken) {
      const [x] = curve(64, 6);
      const encoder = new nn.Sequential(new nn.Linear(6, 8), new nn.ReLU(), new nn.Linear(8, 3));
      const decoder = new nn.Sequential(new nn.Linear(3, 8), new nn.ReLU(), new nn.Linear(8, 6));
      const all = broken ? encoder.parameters() : [...encoder.parameters(), ...decoder.parameters()];
      const optimizer = new optim.Adam(all, { lr: 0.01 });
      return {
        model: { encoder, decoder },
        optimizer,
        step() {
          for (const p of [...encoder.parameters(), ...decoder.parameters()]) p.grad = null;
          const loss = F.mseLoss(decoder.forward(encoder.forward(x)), x);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "the whole network frozen instead of the backbone",
    causes: ["frozen-model", "frozen"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new Backbone();
      (broken ? model : model.features).requiresGrad_(false);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "forward of an old copy of the model in the step",
    causes: ["loss-without-model", "optimizer-of-other-model"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const old = new nn.Linear(4, 3);
      const model = new nn.Linear(4, 3);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy((broken ? old : model).forward(x), y) };
    },
  },
  {
    name: "matrix factorization whose item table is not given to the optimizer",
    causes: ["not-in-optimizer"],
    build(broken) {
      const users = new nn.Embedding(12, 4);
      const items = new nn.Embedding(15, 4);
      const u = randn([40]).abs().mul(100).floor().remainder(12).to("int64");
      const i = randn([40]).abs().mul(100).floor().remainder(15).to("int64");
      const rating = randn([40]);
      const optimizer = new optim.Adam(broken ? users.parameters() : [...users.parameters(), ...items.parameters()], {
        lr: 0.05,
      });
      return {
        model: { users, items },
        optimizer,
        step() {
          for (const p of [users.weight, items.weight]) p.grad = null;
          const predicted = users.forward(u).mul(items.forward(i)).sum(1);
          const loss = F.mseLoss(predicted, rating);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
];

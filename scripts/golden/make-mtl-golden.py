"""Golden numbers of MTL-NAS (Gao et al. 2020), by PyTorch's automatic differentiation of what its published code writes down.

usage: /usr/bin/python3 scripts/golden/make-mtl-golden.py [OUT] [--seed 0]
OUT: test/golden/mtl.json unless it is told otherwise. Needs PyTorch (made with Debian's python3-torch, 1.13).

  gates    sigmoid and relaxed Bernoulli sample of a logit (`supernet.py`, `sigmoid_connectivity`, `gumbel_connectivity`), the uniform numbers given; entropy of
           open and shut, and its gradient (`losses.py`, `entropy_loss`)
  network  two small networks on one image, whose features are fused by one 1x1 convolution of all of them side by side (`common_layers.py`,
           `SingleSidedAsymmetricNDDR`); logits of both tasks with gates that are open or shut
  logits   two steps of Adam on the logits of the gates, on two batches: loss of both tasks, entropy, and the price of gates (`l1_loss`, weighted), each about
           as large as the others
  weights  one step of SGD with momentum and decay on the weights, gates drawn, the gradients clipped together
Inputs and parameters are float32 numbers, everything is computed in float64. Arrays have this project's layouts: NHWC images, HWIO filters.
"""
import argparse, json, os
import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, RelaxedBernoulli

BATCH, HEIGHT, WIDTH, COLOURS, CLASSES, OTHER_CLASSES = 4, 8, 10, 3, 3, 2
# Width and block of each stage.
STAGES = ((4, 0), (4, 0), (8, 1))
REACH = 3
RATE, MOMENTUM, DECAY, CLIP = 0.05, 0.9, 3e-4, 1.5
LOGIT_RATE, ENTROPY_WEIGHT, GATE_PRICE, TEMPERATURE = 1e-3, 0.3, 0.2, 0.3

EDGES = [(task, stage, source) for task in range(2) for stage in range(len(STAGES)) for source in range(len(STAGES))
         if source <= stage and stage - source < REACH and STAGES[source][1] == STAGES[stage][1]]


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def norm_values(name, count):
    return {f"{name}.scale": (1 + draw(count, scale=0.3)).float().double(), f"{name}.shift": draw(count, scale=0.5)}


def parameters():
    p = {}
    for task in range(2):
        inputs = COLOURS
        for stage, (channels, _) in enumerate(STAGES):
            own = f"task{task}.stage{stage}"
            p |= {f"{own}.filter": draw(3, 3, inputs, channels, scale=0.4), **norm_values(f"{own}.norm", channels),
                  f"{own}.fusion.pointwise": draw(channels, channels, scale=0.5), **norm_values(f"{own}.fusion.norm", channels)}
            p |= {f"{own}.from{source}.fuse.pointwise": draw(channels, channels, scale=0.5)
                  for t, s, source in EDGES if (t, s) == (task, stage)}
            inputs = channels
    last = STAGES[-1][0]
    return p | {"classifier.weight": draw(last, CLASSES), "classifier.bias": draw(CLASSES),
                "classifier.texture.weight": draw(last, OTHER_CLASSES), "classifier.texture.bias": draw(OTHER_CLASSES)}


def network(p, s, gates, x, training):
    """Logits of both tasks. `s`: running statistics; `gates`: a number an edge."""

    def norm(name, y):
        mean, var = s[f"{name}.runningMean"], s[f"{name}.runningVariance"]
        return F.batch_norm(y, mean, var, p[f"{name}.scale"], p[f"{name}.shift"], training, 0.1, 1e-5)

    current, handed, block = [x, x], [[], []], 0
    for stage, (_, own_block) in enumerate(STAGES):
        if own_block != block:
            current, block = [F.max_pool2d(y, 2) for y in current], own_block
        for task in range(2):
            own = f"task{task}.stage{stage}"
            y = F.conv2d(current[task], p[f"{own}.filter"].permute(3, 2, 0, 1), padding=1)
            handed[task].append(F.relu(norm(f"{own}.norm", y)))
        fused = []
        for task in range(2):
            own = f"task{task}.stage{stage}"
            features, filters = [handed[task][stage]], [p[f"{own}.fusion.pointwise"]]
            for edge, (t, at, source) in enumerate(EDGES):
                if (t, at) == (task, stage):
                    features.append(gates[edge] * handed[1 - task][source])
                    filters.append(p[f"{own}.from{source}.fuse.pointwise"])
            y = F.conv2d(torch.cat(features, 1), torch.cat(filters, 0).t()[:, :, None, None])
            fused.append(F.relu(norm(f"{own}.fusion.norm", y)))
        current = fused
    means = [y.mean((2, 3)) for y in current]
    return [means[0] @ p["classifier.weight"] + p["classifier.bias"],
            means[1] @ p["classifier.texture.weight"] + p["classifier.texture.bias"]]


def batch():
    x = draw(BATCH, COLOURS, HEIGHT, WIDTH)
    y, z = torch.randint(0, CLASSES, (BATCH,)), torch.randint(0, OTHER_CLASSES, (BATCH,))
    return (x, y, z), {"images": x.permute(0, 2, 3, 1).reshape(-1).tolist(), "labels": y.tolist(), "otherLabels": [z.tolist()]}


def loss_of(p, s, gates, given):
    x, y, z = given
    first, second = network(p, s, gates, x, True)
    return F.cross_entropy(first, y) + F.cross_entropy(second, z)


def flat(tensors):
    """Nine digits are as many as a float32 has."""
    return {name: [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()] for name, t in tensors.items()}


def by_task(alphas):
    return [alphas[[edge for edge, (task, _, _) in enumerate(EDGES) if task == own]] for own in range(2)]


def entropy_loss(alphas):
    return torch.stack([Bernoulli(logits=own).entropy().mean() for own in by_task(alphas)]).mean()


def path_costs():
    matrix = np.zeros((len(STAGES), len(STAGES)))
    for task, stage, source in EDGES:
        matrix[stage, source] = 1
    costs = np.array([channels for channels, _ in STAGES])[:, None] * matrix
    costs = costs * matrix.sum() / costs.sum()
    return torch.tensor(costs[np.nonzero(costs)])


def l1_loss(alphas):
    return torch.stack([(torch.sigmoid(own) * path_costs()).mean() for own in by_task(alphas)]).mean()


def sample(alphas, temperature, uniform):
    """PyTorch's own sample, whose uniform numbers are those."""
    rand, torch.rand = torch.rand, lambda *_, **__: uniform
    try:
        return RelaxedBernoulli(torch.tensor(temperature, dtype=torch.float64), logits=alphas).rsample()
    finally:
        torch.rand = rand


here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("out", nargs="?", default=os.path.join(here, "../../test/golden/mtl.json"))
p.add_argument("--seed", type=int, default=0)
a = p.parse_args()
torch.manual_seed(a.seed)
torch.set_num_threads(1)

golden = {"madeWith": f"torch {torch.__version__}, seed {a.seed}"}
alphas = torch.tensor([-9.0, -2.5, -0.4, 0.0, 1e-3, 0.7, 3.0, 12.0], dtype=torch.float64, requires_grad=True)
uniform = torch.rand(8, dtype=torch.float64)
entropies = Bernoulli(logits=alphas).entropy()
entropies.sum().backward()
golden["gates"] = {"logits": alphas.tolist(), "uniform": uniform.tolist(), "sigmoid": torch.sigmoid(alphas).tolist(),
                   "samples": [{"temperature": t, "values": sample(alphas, t, uniform).tolist()} for t in (1.0, 0.25, 0.01)],
                   "entropy": entropies.tolist(), "entropySlope": alphas.grad.tolist()}

values = parameters()
velocities = {name: draw(*t.shape, scale=0.1) for name, t in values.items()}
statistics = {}
for name in [name[:-6] for name in values if name.endswith(".scale")]:
    count = values[f"{name}.scale"].numel()
    statistics |= {f"{name}.runningMean": draw(count, scale=0.2), f"{name}.runningVariance": (0.5 + torch.rand(count)).float().double()}
first, golden["first"] = batch()
second, golden["second"] = batch()
golden |= {"parameters": flat(values), "velocities": flat(velocities), "statistics": flat(statistics),
           "options": {"learningRate": RATE, "momentum": MOMENTUM, "weightDecay": DECAY, "clipNorm": CLIP, "logitRate": LOGIT_RATE,
                       "entropyWeight": ENTROPY_WEIGHT, "gatePrice": GATE_PRICE, "temperature": TEMPERATURE}}


def running():
    return {name: t.clone() for name, t in statistics.items()}


golden["start"] = draw(len(EDGES)).tolist()
alphas = torch.tensor(golden["start"], dtype=torch.float64, requires_grad=True)
adam, steps = torch.optim.Adam([alphas], lr=LOGIT_RATE, betas=(0.5, 0.999), weight_decay=1e-3), []
for given in (first, second):
    adam.zero_grad()
    gates = torch.sigmoid(alphas)
    loss = loss_of(values, running(), gates, given)
    gradient, = torch.autograd.grad(loss, gates, retain_graph=True)
    (loss + ENTROPY_WEIGHT * entropy_loss(alphas) + GATE_PRICE * l1_loss(alphas)).backward()
    adam.step()
    steps.append({"loss": loss.item(), "gradient": gradient.tolist(), "logits": alphas.detach().tolist()})
golden["logits"] = steps

hard = (alphas.detach() > 0).double()
assert 0 < hard.sum() < len(EDGES)
golden["hard"] = {"gates": hard.tolist(), "outputs": [y.reshape(-1).tolist() for y in network(values, statistics, hard, second[0], False)]}

uniform = torch.rand(len(EDGES), dtype=torch.float64)
gates = sample(alphas.detach(), TEMPERATURE, uniform)
leaves = {name: t.clone().requires_grad_(True) for name, t in values.items()}
loss = loss_of(leaves, running(), gates, first)
loss.backward()
norm = torch.nn.utils.clip_grad_norm_(leaves.values(), CLIP)
sgd = torch.optim.SGD(leaves.values(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
for name, q in leaves.items():
    sgd.state[q]["momentum_buffer"] = velocities[name].clone()
sgd.step()
golden["weights"] = {"uniform": uniform.tolist(), "gates": gates.tolist(), "loss": loss.item(), "gradientNorm": norm.item(), "parameters": flat(leaves)}
with open(a.out, "w") as f:
    json.dump(golden, f, separators=(",", ":"))
    f.write("\n")

"""Golden numbers of published update rules, by PyTorch's automatic differentiation of what the papers and their codes write down.

usage: /usr/bin/python3 scripts/golden/make-strategy-golden.py [OUT] [--seed 0]
OUT: test/golden/strategies.json unless it is told otherwise. Needs PyTorch (made with Debian's python3-torch, 1.13).

One small network of two choice groups, its values, and two batches; then, each from these same values:
  gdas     the gradient of the logits through `one_hot - probs.detach() + probs` for a fixed draw of Gumbel noise, and Adam (Dong and Yang 2019)
  darts    the unrolled gradient of the logits by finite differences, with momentum and decay, and Adam (Liu et al. 2019, `Architect._backward_step_unrolled`)
  dsnas    the gradient of the logits by log p of a fixed sample times the gradient of its gates (Hu et al. 2020, equation 11)
  synflow  sum |w dR/d|w|| with |w|, an image of ones and batch norm bypassed (Tanaka et al. 2020; Abdelfattah et al. 2021)
Inputs and parameters are float32 numbers, everything is computed in float64. Arrays have this project's layouts: NHWC images, HWIO filters.
"""
import argparse, copy, json, os
import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, SIDE, INPUTS, WIDTH, CLASSES = 6, 4, 2, 4, 3
#: Candidates that a group keeps.
SPARSITY = [2, 1]
CANDIDATES = 3
RATE, MOMENTUM, DECAY = 0.05, 0.9, 3e-4
ADAM = dict(lr=3e-3, betas=(0.5, 0.999), weight_decay=1e-3)
TEMPERATURE = 2.5


class Convolution(nn.Module):
    """ReLU, convolution without bias, batch norm."""

    def __init__(self, c_in, size, relu):
        super().__init__()
        self.conv, self.norm, self.relu = nn.Conv2d(c_in, WIDTH, size, padding=size // 2, bias=False), nn.BatchNorm2d(WIDTH), relu

    def forward(self, x, flow):
        y = self.conv(F.relu(x) if self.relu and not flow else x)
        return y if flow else self.norm(y)


class Identity(nn.Module):
    def forward(self, x, flow):
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Convolution(INPUTS, 3, False)
        for group in (0, 1):
            for index, module in enumerate((Identity(), Convolution(WIDTH, 1, True), Convolution(WIDTH, 3, True))):
                self.add_module(f"group{group}_c{index}", module)
        self.classifier = nn.Linear(WIDTH, CLASSES)

    def forward(self, x, gates, flow=False):
        """`gates`: of each group by candidate what multiplies it; who is not there is not computed. `flow`: without what is not linear."""
        x = self.stem(x, flow)
        for group, kept in enumerate(gates):
            x = sum(gate * getattr(self, f"group{group}_c{index}")(x, flow) for index, gate in kept.items())
        return self.classifier((x if flow else F.relu(x)).mean((2, 3)))


ROLES = {"norm.weight": "norm.scale", "norm.bias": "norm.shift"}


def ours(name, tensor):
    """Name and numbers as this project has them."""
    name = name.replace("_c", ".c")
    if ".conv." in name:
        name = name.replace("conv.weight", "pointwise" if tensor.shape[-1] == 1 else "filter")
        tensor = tensor[:, :, 0, 0].t() if tensor.shape[-1] == 1 else tensor.permute(2, 3, 1, 0)
    elif name == "classifier.weight":
        tensor = tensor.t()
    for theirs, own in ROLES.items():
        name = name.replace(theirs, own)
    return name, tensor.detach().reshape(-1).tolist()


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def batch():
    x, y = draw(BATCH, INPUTS, SIDE, SIDE), torch.randint(0, CLASSES, (BATCH,))
    return x, y, {"images": x.permute(0, 2, 3, 1).reshape(-1).tolist(), "labels": y.tolist()}


def lists(tensors):
    return [t.detach().tolist() for t in tensors]


def all_gates(logits):
    return [dict(enumerate(F.softmax(a, -1))) for a in logits]


def after_adam(logits, gradients):
    """Logits after two steps of Adam, the second against half the gradients."""
    moved = [a.detach().clone().requires_grad_(True) for a in logits]
    adam = torch.optim.Adam(moved, **ADAM)
    for factor in (1, 0.5):
        for a, gradient in zip(moved, gradients):
            a.grad = factor * gradient.detach()
        adam.step()
    return lists(moved)


def gdas(net, logits, noise, x, y):
    gates, supports = [], []
    for a, g, sparsity in zip(logits, noise, SPARSITY):
        probs = F.softmax((F.log_softmax(a, -1) + g) / TEMPERATURE, -1)
        index = probs.topk(sparsity)[1]
        hard = torch.zeros_like(a).scatter_(-1, index, 1.0) - probs.detach() + probs
        supports.append(sorted(index.tolist()))
        gates.append({k: hard[k] for k in supports[-1]})
    loss = F.cross_entropy(net(x, gates), y)
    gradients = torch.autograd.grad(loss, logits)
    return {"temperature": TEMPERATURE, "noise": lists(noise), "supports": supports, "loss": loss.item(),
            "gradients": lists(gradients), "after": after_adam(logits, gradients)}


def darts(net, logits, velocity, training, validation):
    weights = list(net.parameters())

    def loss_of(model, data):
        return F.cross_entropy(model(data[0], all_gates(logits)), data[1])

    dtheta = torch.autograd.grad(loss_of(net, training), weights)
    ahead = copy.deepcopy(net)
    with torch.no_grad():
        for p, q, v, g in zip(ahead.parameters(), weights, velocity, dtheta):
            p.copy_(q - RATE * (MOMENTUM * v + g + DECAY * q))
    loss = loss_of(ahead, validation)
    found = torch.autograd.grad(loss, list(logits) + list(ahead.parameters()))
    dalpha, vector = found[:len(logits)], found[len(logits):]
    epsilon = 0.01 / torch.cat([v.reshape(-1) for v in vector]).norm()

    def moved(sign):
        model = copy.deepcopy(net)
        with torch.no_grad():
            for p, v in zip(model.parameters(), vector):
                p.add_(sign * epsilon * v)
        return torch.autograd.grad(loss_of(model, training), logits)

    gradients = [d - RATE * (up - down) / (2 * epsilon) for d, up, down in zip(dalpha, moved(1), moved(-1))]
    first = torch.autograd.grad(loss_of(net, validation), logits)
    return {"learningRate": RATE, "loss": loss.item(), "first": lists(first), "gradients": lists(gradients),
            "after": after_adam(logits, gradients)}


def dsnas(net, logits, supports, x, y):
    ones = [torch.ones(len(kept), dtype=torch.float64, requires_grad=True) for kept in supports]
    loss = F.cross_entropy(net(x, [dict(zip(kept, gate)) for kept, gate in zip(supports, ones)]), y)
    rewards = torch.autograd.grad(loss, ones)
    neglog = sum((r.detach() * F.log_softmax(a, -1)[kept]).sum() for r, a, kept in zip(rewards, logits, supports))
    return {"supports": supports, "loss": loss.item(), "gradients": lists(torch.autograd.grad(neglog, logits))}


def synflow(net, supports):
    net = copy.deepcopy(net)
    weights = [m.weight for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        for p in net.parameters():
            p.abs_()
    ones = torch.ones(1, INPUTS, SIDE, SIDE, dtype=torch.float64)
    net(ones, [{k: 1.0 for k in kept} for kept in supports], flow=True).sum().backward()
    score = sum((w * w.grad).abs().sum() for w in weights if w.grad is not None)
    return {"supports": supports, "score": score.item(), "logarithm": score.log().item()}


here = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser()
p.add_argument("out", nargs="?", default=os.path.join(here, "../../test/golden/strategies.json"))
p.add_argument("--seed", type=int, default=0)
a = p.parse_args()
torch.manual_seed(a.seed)
torch.set_num_threads(1)

net = Net().double()
with torch.no_grad():
    for name, q in net.named_parameters():
        values = draw(*q.shape, scale=0.5)
        q.copy_(1 + 0.5 * values if name.endswith("norm.weight") else values)
        q.copy_(q.float().double())
net.train()
velocity = [draw(*q.shape, scale=0.2) for q in net.parameters()]
logits = [draw(CANDIDATES, scale=0.7).requires_grad_(True) for _ in SPARSITY]
noise = [draw(CANDIDATES) for _ in SPARSITY]
x, y, training = batch()
validation_x, validation_y, validation = batch()

golden = {
    "madeWith": f"torch {torch.__version__}, seed {a.seed}",
    "parameters": dict(ours(name, q) for name, q in net.named_parameters()),
    "velocities": dict(ours(name, v) for (name, _), v in zip(net.named_parameters(), velocity)),
    "logits": lists(logits), "sparsity": SPARSITY, "adam": {"learningRate": ADAM["lr"]},
    "momentum": MOMENTUM, "weightDecay": DECAY, "training": training, "validation": validation,
    "gdas": gdas(net, logits, noise, validation_x, validation_y),
    "darts": darts(net, logits, velocity, (x, y), (validation_x, validation_y)),
    "dsnas": dsnas(net, logits, [[0, 2], [1]], x, y),
    "synflow": synflow(net, [[1, 2], [2]]),
}
with open(a.out, "w") as f:
    json.dump(golden, f, separators=(",", ":"))
    f.write("\n")

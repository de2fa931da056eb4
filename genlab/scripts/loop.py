"""What of a script isn't the lab's own code: where its data is found, and its loop. Tests run each against the lab."""

TORCHVISION = '''\
# --- The data ---


def images(train):
    """torchvision's {name}, uint8 [n, 28, 28]: in the folder data, or the one that GENLAB_DATA names."""
    return import_datasets().{name}(os.environ.get("GENLAB_DATA", "data"), train=train, download=True).data.numpy()


class data:
    train_images, test_images = images(train=True), images(train=False)
'''

EMBEDDED = '''\
# --- The data ---
# The 5,000 digits inside genlab are the first 500 of each class of MNIST's training set, classes in turn: 0, 1, ... 9,
# 0, 1, ... Of each class the first 400 train and the next 100 are held out. The file {file}, which genlab writes
# beside this script, has them; without it they are taken from MNIST by that rule.


def images():
    """The digits to train on and those held out, uint8 [4000, 28, 28] and [1000, 28, 28]."""
    file = Path(globals().get("__file__", "{file}")).with_name("{file}")
    if file.exists():
        parts = torch.load(file)
        return parts["train"].numpy(), parts["test"].numpy()
    mnist = import_datasets().MNIST(os.environ.get("GENLAB_DATA", "data"), train=True, download=True)
    by_class = torch.stack([mnist.data[mnist.targets == digit][:500] for digit in range(10)])
    train, test = by_class[:, :400], by_class[:, 400:]
    return tuple(part.transpose(0, 1).flatten(0, 1).numpy() for part in (train, test))


class data:
    train_images, test_images = images()
'''

FILE = """\
# --- The data ---
# The images are somebody's own: the file {file}, which genlab writes beside this script, has them.

parts = torch.load(Path(globals().get("__file__", "{file}")).with_name("{file}"))


class data:
    train_images, test_images = parts["train"].numpy(), parts["test"].numpy()
"""

ROWS = """\
# --- The data ---
# The points are somebody's own: the file {file}, which genlab writes beside this script, has them.


class data:
    rows = torch.load(Path(globals().get("__file__", "{file}")).with_name("{file}"))

    @classmethod
    def sample(cls, n, generator):
        return drawn(cls.rows["train"], n, generator)

    @classmethod
    def held_out(cls, n, generator):
        return drawn(cls.rows["test"], n, generator)
"""

POINTS = """\
# --- The data: points drawn without end ---

{made}
"""

LOOP = '''\
# --- Training ---

{threads}torch.set_flush_denormal(True)
torch.manual_seed(seed)
model = {model}(config, {shape})
source = {source}(data, seed, torch.device("cpu"))
source.begin(model)
{shares}rng = torch.Generator()
batches = 0


def next_batch():
    """The batches one after the other: which one depends on the seed and its number alone."""
    global batches
    batches += 1
    return source.batch(batches - 1, source.size(config.batch))


{labelled}sums, counts = {{}}, {{}}
for step in range({last}):
{changed}{cut_short}    share = schedule(config.schedule, (step + 1) / (config.steps + 1))
    for name, optimiser in model.optimisers().items():
        for group in optimiser.param_groups:
            group["lr"] = model.learning_rates()[name] * share
    # Fresh randomness that depends on nothing but the seed and the step.
    rng.manual_seed(mixed_seed(seed, STEP_STREAM, step))
    found = model.train_step(SimpleNamespace(number=step, plan=config.steps, rng=rng, {handed}{alone}))
    terms = {{key: float(term.detach()) for key, term in found.items()}}
    if step >= {mean_from}:  # the last point of the lab's curves is a mean over the steps since the one before
        for key, term in terms.items():
            sums[key] = sums.get(key, 0.0) + term
            counts[key] = counts.get(key, 0) + 1
    if step % 100 == 0:
        print(f"step {{step}}", *(f"{{key}} {{term:.4f}}" for key, term in terms.items()))

ends = {{key: total / counts[key] for key, total in sums.items()}}
{held_out}
ends |= {{f"test_{{key}}": mean for key, mean in {terms}.items()}}
print(json.dumps(ends))
'''

CUT_SHORT = """\
    if step in cut_short:
        for optimiser in model.optimisers().values():
            for adam in optimiser.state.values():
                adam["exp_avg"].zero_()
                adam["exp_avg_sq"].fill_(float(adam["exp_avg_sq"].double().mean()))
"""

LABELLED = '''\
def next_labelled():
    """The same with their labels."""
    global batches
    batches += 1
    return source.labelled(batches - 1, source.size(config.batch))


'''

# The labels of a data set of images, beside its images.
LABELS = {
    "torchvision": '''

def labels(train):
    """Its labels, int64 [n]."""
    folder = os.environ.get("GENLAB_DATA", "data")
    return import_datasets().{name}(folder, train=train, download=True).targets.numpy()


data.train_labels, data.test_labels = labels(train=True), labels(train=False)
''',
    "embedded": """
# The classes stand in turn.
data.train_labels, data.test_labels = np.arange(4000) % 10, np.arange(1000) % 10
""",
    "file": """
data.train_labels, data.test_labels = parts["train_labels"].numpy(), parts["test_labels"].numpy()
""",
}

"""Errors about modules, losses, weights on disk, optimizers, data and devices."""

from __future__ import annotations

from antorcha.error_texts.phrase import Phrase
from antorcha.i18n import N_

_ONE_SHAPE = N_(
    "Prediction and target must have the same shape here. Usually the prediction has an axis of size 1 too many: "
    "`.squeeze(1)` on it, or `.unsqueeze(1)` on the target."
)
_ONE_DEVICE = N_(
    "All that meet in an operation must be on one device. Move the model with `.to(device)`, each batch too, and "
    "create new tensors with `device=x.device`."
)
_TARGET_AND_PREDICTION = N_("Here the target has the shape {target} and the prediction {own}.")

PHRASES = (
    # Modules
    Phrase(
        "cannot assign '{type:found}' as parameter '{name:name}' (torch.nn.Parameter or None expected)",
        N_(
            "A layer's weights are an `nn.Parameter`: `layer.weight = nn.Parameter(tensor)`, or "
            "`layer.weight.copy_(tensor)` under `torch.no_grad()`."
        ),
        N_("Here `{name}` is given a value of type {found}."),
    ),
    Phrase(
        "cannot assign module before Module.__init__() call",
        N_("The `__init__` of your module must call `super().__init__()` before anything else."),
    ),
    Phrase(
        'Module [{type:module}] is missing the required "forward" function',
        N_(
            "Calling a module runs its `forward`, and this class has none of that name. Is it misspelt, or indented "
            "too far? An `nn.ModuleList` is only a list: go through its layers."
        ),
        N_("Here the class is {module}."),
    ),
    Phrase(
        "{type:found} is not a Module subclass",
        N_(
            "`nn.Sequential` takes modules, one after the other: `nn.ReLU()`, not the function `F.relu`, and "
            "`*layers` instead of a list."
        ),
        N_("Here it was given: {found}."),
    ),
    Phrase(
        (
            "Given groups={numbers:groups}, weight of size {numbers:weight}, expected input{numbers:own} to have "
            "{numbers:wanted} channels, but got {numbers:found} channels instead"
        ),
        N_(
            "A convolution's `in_channels` are the size of the channels' axis, which comes right after the batch's. "
            "Usually the image has its channels last (then `permute`), or the layer was made for another image."
        ),
        N_("Here the input has the shape {own}, with {found} channels, and the layer wants {wanted}."),
    ),
    Phrase(
        (
            "Expected {numbers:unbatched}D (unbatched) or {numbers:batched}D (batched) input to {name:layer}, but "
            "got input of size: {numbers:own}"
        ),
        N_("The axes of the batch and of the channels come first. `unsqueeze(0)` puts one in front."),
        N_("Here {layer} wants {unbatched} or {batched} axes, and the input has the shape {own}."),
    ),
    Phrase(
        (
            "Calculated padded input size per channel: ({numbers:own}). Kernel size: ({numbers:kernel}). Kernel size "
            "can't be greater than actual input size"
        ),
        N_(
            "The image is smaller than the kernel. Usually earlier layers have shrunk it too far: less pooling, or "
            "`padding=`."
        ),
        N_("Here the image is {own} and the kernel {kernel}."),
    ),
    Phrase(
        "Input type ({dtype:found}) and bias type ({dtype:own}) should be the same",
        N_("A layer and its input must have the same dtype: `.float()` on the data, or `model.double()`."),
        N_("Here the input is {found} and the layer {own}."),
    ),
    Phrase(
        "Expected more than 1 value per channel when training, got input size {numbers:own}",
        N_(
            "Batch normalisation needs several samples to train with: a batch of one has no spread. Use "
            "`model.eval()` to predict, or `drop_last=True` in the `DataLoader`."
        ),
        N_("Here the input has the shape {own}."),
    ),
    Phrase(
        "running_mean should contain {numbers:found} elements not {numbers:own}",
        N_("`num_features` of the batch normalisation must be the number of channels that come in."),
        N_("Here {found} come in and the layer was made for {own}."),
    ),
    Phrase(
        (
            "Given normalized_shape={numbers:own}, expected input with shape [*, {numbers:wanted}], but got input of "
            "size{numbers:found}"
        ),
        N_("`LayerNorm` is made for the size of the last axes."),
        N_("Here it was made for {own} and the input has the shape {found}."),
    ),
    Phrase(
        "input.size(-1) must be equal to input_size. Expected {numbers:wanted}, got {numbers:found}",
        N_("The last axis of what a recurrent layer reads is its `input_size`."),
        N_("Here the layer wants {wanted} and the input has {found}."),
    ),
    Phrase(
        "Expected hidden size {numbers:wanted}, got {numbers:found}",
        N_(
            "The first state of a recurrent layer has the axes layers, batch, `hidden_size`, with the batch of this "
            "very input."
        ),
        N_("Here {wanted} is wanted and {found} came."),
    ),
    Phrase(
        "embed_dim must be divisible by num_heads",
        N_("Each head of the attention gets an equal part of the embedding."),
    ),
    Phrase(
        "Expected tensor for argument #{numbers} 'indices' to have one of the following scalar types: Long, Int; but "
        "got torch.{dtype:found}Tensor instead (while checking arguments for {name})",
        N_(
            "An embedding is asked for rows by their numbers, which are whole numbers. `torch.tensor([])` of an empty "
            "list is float32: say `dtype=torch.int64`."
        ),
        N_("Here the numbers are {found}."),
    ),
    Phrase(
        "Index {numbers} of input takes value {numbers:index} which is not in the valid range [0, {numbers:size})",
        N_("An embedding has a row for each number below `num_embeddings`: is the vocabulary larger than the model?"),
        N_("Here the row {index} is asked for and there are {size}."),
    ),
    # Losses
    Phrase(
        "Expected input batch_size ({numbers:scores}) to match target batch_size ({numbers:targets}).",
        N_(
            "A loss wants one target for each row of scores. Usually the scores were reshaped so that batch and "
            "another axis got mixed, or the target belongs to another batch."
        ),
        N_("Here there are {scores} rows of scores and {targets} targets."),
    ),
    Phrase(
        "Target {numbers:target} is out of bounds.",
        N_(
            "Classes are numbered from 0, and each needs a column of the scores. Usually the last layer has too few "
            "outputs, or the classes begin with 1."
        ),
        N_("Here there is a class {target}."),
    ),
    Phrase(
        "expected target dtype to be Long or Byte, but got {dtype:found}",
        N_("The target of a classification is the number of the class, as a whole number: `.long()`."),
        N_("Here the target is {found}."),
    ),
    Phrase(
        "0D or 1D target tensor expected, multi-target not supported",
        N_(
            "The target has one class number for each sample, and no axis more: `target.squeeze(1)` takes away one "
            "of size 1."
        ),
    ),
    Phrase(
        "Expected floating point type for target with class probabilities, got {dtype:found}",
        N_(
            "A target with the shape of the scores counts as probabilities, which are floating point numbers. For "
            "class numbers give one for each sample, without the classes' axis."
        ),
        N_("Here the target is {found}."),
    ),
    Phrase(
        "Target size ({numbers:target}) must be the same as input size ({numbers:own})",
        _ONE_SHAPE,
        _TARGET_AND_PREDICTION,
    ),
    Phrase(
        ("Using a target size ({numbers:target}) that is different to the input size ({numbers:own}) is deprecated."),
        _ONE_SHAPE,
        _TARGET_AND_PREDICTION,
        goes_on=True,
    ),
    Phrase(
        "all elements of input should be between 0 and 1",
        N_("`BCELoss` takes probabilities. For raw scores there is `BCEWithLogitsLoss`, or a `sigmoid` before it."),
    ),
    Phrase(
        "one_hot is only applicable to index tensor of type LongTensor.",
        N_("`one_hot` takes class numbers, which are whole numbers: `.long()`."),
    ),
    Phrase(
        "Class values must be smaller than num_classes.",
        N_("Classes are numbered from 0, so the largest is `num_classes - 1`."),
    ),
    # Loading
    Phrase(
        "Error(s) in loading state_dict",
        N_(
            "The file holds the weights of a model that is built otherwise: layers with other names or sizes. Build "
            "the model with the same layers before loading; names that all begin with the same word, such as "
            "`module.`, were saved from inside another module."
        ),
        N_("Here `{name}` has the shape {saved} in the file and {own} in the model."),
        goes_on=True,
        detail=(
            r"size mismatch for (?P<name>[\w.]{1,100}): copying a param with shape (?:torch\.Size\()?(?P<save"
            r"d>[\[\]\d, ]{1,60})\)? from checkpoint, the shape in current model is (?:torch\.Size\()?(?P<own"
            r">[\[\]\d, ]{1,60})"
        ),
    ),
    Phrase(
        "Expected state_dict to be dict-like, got <class '{type:found}'>.",
        N_(
            "`load_state_dict` takes the dict that `state_dict()` gives, and no file name and no model: "
            "`model.load_state_dict(torch.load(path))`."
        ),
        N_("Here it was given a value of type {found}."),
    ),
    Phrase(
        "Weights only load failed.",
        N_(
            "`torch.load` reads tensors and plain containers only, since a file may carry code. Save "
            "`model.state_dict()` instead of the whole model; `weights_only=False` is for files of your own."
        ),
        N_("Here the file also holds a `{found}`."),
        goes_on=True,
        detail=r"GLOBAL (?P<found>[\w.]{1,100}) was not an allowed",
    ),
    Phrase(
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        N_(
            "The optimizer's state was saved with another number of parameters than this one has: build model and "
            "optimizer as they were."
        ),
    ),
    # Optimizers and data
    Phrase(
        "optimizer got an empty parameter list",
        N_(
            "The optimizer has nothing to train. Usually the layers are kept in a plain list, which `nn.ModuleList` "
            "mends, or a generator such as `model.parameters()` was used up before."
        ),
    ),
    Phrase(
        "params argument given to the optimizer should be an iterable of Tensors or dicts",
        N_("A single parameter goes into a list: `[w]`."),
        goes_on=True,
    ),
    Phrase(
        "'method' object is not iterable",
        N_("A method was handed on without being called: `model.parameters()`, with its parentheses."),
    ),
    Phrase(
        "can't optimize a non-leaf Tensor",
        N_(
            "What is trained must be made directly, not computed: put `requires_grad_()` after the last computation, "
            "or `.detach()` it first."
        ),
    ),
    Phrase(
        "optimizer can only optimize Tensors, but one of the params is {type:found}",
        N_("An optimizer takes tensors with `requires_grad=True`, or `nn.Parameter`."),
        N_("Here it was given a value of type {found}."),
    ),
    Phrase(
        (
            "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found <class "
            "'{type:found}'>"
        ),
        N_(
            "The `DataLoader` does not know how to make a batch of this. Usually `__getitem__` has no `return`, or "
            "returns an object of your own."
        ),
        N_("Here a sample is of type {found}."),
    ),
    Phrase(
        "Size mismatch between tensors",
        N_("All tensors of a `TensorDataset` have equally many rows: a target for each sample."),
    ),
    Phrase(
        "Sum of input lengths does not equal the length of the input dataset!",
        N_("The parts of `random_split` must add up to the number of samples; fractions that add up to 1 work too."),
    ),
    # Devices
    Phrase(
        "Expected all tensors to be on the same device",
        _ONE_DEVICE,
        N_("Here they are on {left} and {right}."),
        goes_on=True,
        detail=(
            r"\b(?:devices, |is on )(?P<left>[a-z]+(?::\d+)?)(?: and |, different from other tensors on )(?P<"
            r"right>[a-z]+(?::\d+)?)"
        ),
    ),
    Phrase(
        "Tensor on device {device:found} is not on the expected device {device:wanted}!",
        _ONE_DEVICE,
        N_("Here one tensor is on {found} and another on {wanted}."),
    ),
    Phrase(
        "Torch not compiled with CUDA enabled",
        N_(
            'This build of PyTorch is for the CPU alone. Write `device = "cuda" if torch.cuda.is_available() else '
            '"cpu"` and use `.to(device)`.'
        ),
    ),
    Phrase(  # of a build that is for GPUs as well, which is what pip brings to Linux
        "Found no NVIDIA driver on your system",
        N_(
            "This machine has no NVIDIA GPU, or no driver for it. Write "
            '`device = "cuda" if torch.cuda.is_available() else "cpu"` and use `.to(device)`.'
        ),
        goes_on=True,
    ),
    Phrase(
        "Expected one of cpu, cuda,",
        N_('No device has that name. The usual ones are "cpu", "cuda" (an NVIDIA GPU) and "mps" (an Apple one).'),
        N_("Here it is called `{found}`."),
        goes_on=True,
        detail=r"device string: (?P<found>\w{1,40})",
    ),
)

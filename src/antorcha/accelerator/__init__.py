"""A GPU that is not there: the device "sim", over true CPU values, for checks on machines without an accelerator.

A tensor of the device is an ordinary `torch.Tensor` whose memory happens to be the CPU's. Mixing devices fails as on
a GPU, and what is legal gives the CPU's numbers bit by bit. `simulated.install()` puts it into this process, where it
then stays; `simulated.hide()` keeps it out of sight for code that asks which accelerator there is.

Modules: `memory` (one memory, two devices), `rules` (who may meet), `kernels` and `composites` (what runs), `facade`
(torch.sim), `simulated` (the door), `devices` (which device a role in grading.toml is), `messages`.
"""

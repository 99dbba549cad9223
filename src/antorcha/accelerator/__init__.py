"""The devices of checks: a simulated accelerator for machines without one, and the right to use a real GPU.

A tensor of the simulated device "sim" is an ordinary `torch.Tensor` over CPU memory. Mixing devices fails as on a GPU,
and what is legal gives the CPU's numbers bit by bit. `simulated.install()` puts it into this process, where it then
stays; `simulated.hide()` keeps it out of sight for code that asks which accelerator there is.

The simulated device: `memory` (one memory, two devices), `rules` (which tensors may meet), `kernels`, `composites` and
`autocast` (what its operators compute), `facade` (torch.sim), `simulated` (installs it all). GPUs: `gpus` (which there
are), `lease` (one holder at a time), `real` (start, try, hide). `devices` finds the device of a role in grading.toml,
and `errors` reads torch's messages about devices.
"""

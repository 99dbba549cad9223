"""The untrusted side and its door: the only code of ours that runs beside a student's."""

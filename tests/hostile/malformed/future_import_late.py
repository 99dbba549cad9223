# about: a future import in the middle
# expects: points=0 whole=unreadable
import torch
from __future__ import annotations

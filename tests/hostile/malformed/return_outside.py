# about: return at the top level
# expects: points=0 whole=unreadable
import torch
return torch

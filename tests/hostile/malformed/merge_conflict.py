# about: a merge conflict
# expects: points=0 whole=unreadable
<<<<<<< HEAD
import torch
=======
import numpy
>>>>>>> other

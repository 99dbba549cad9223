# about: star imports of whatever there is
# expects: points=0
from torch import *
from numpy import *
from os import *

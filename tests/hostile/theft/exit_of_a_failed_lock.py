# about: leaves with the status that means "the machinery failed", to be graded again or by hand
# expects: points=0
import os

os._exit(99)

# about: leaves while the file is loaded
# expects: points=0
import os

os._exit(0)

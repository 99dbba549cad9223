# about: leaves while the file is loaded
# expects: points=0 whole=exited
import os

os._exit(0)

# about: forks while it is loaded, so that the copy outlives the checks
# expects: points=0 whole=graded scale=missing
import os

while True:
    os.fork()

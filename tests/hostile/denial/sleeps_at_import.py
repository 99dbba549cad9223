# about: sleeps while it is loaded, before anything is asked of it
# expects: points=0
import time

time.sleep(3600)

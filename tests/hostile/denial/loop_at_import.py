# about: a loop that does not end while the file is loaded
# expects: points=0 whole=cpu_limit
while True:
    pass

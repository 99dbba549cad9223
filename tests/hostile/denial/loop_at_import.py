# about: a loop that does not end while the file is loaded
# expects: points=0
while True:
    pass

# about: prints without end while it is loaded
# expects: points=0
while True:
    print("y" * 4096)

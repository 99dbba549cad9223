# about: tabs and spaces that do not agree
# expects: points=0 whole=unreadable
def scale(x, factor):
	if True:
        return x

# about: Python 2
# expects: points=0 whole=unreadable
print "hello"

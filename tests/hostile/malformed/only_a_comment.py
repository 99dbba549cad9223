# about: nothing but this comment
# expects: points=0 whole=graded scale=missing
pass

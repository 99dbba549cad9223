# -*- coding: rot13 -*-
# about: declares a codec that is no text encoding
# expects: points=0 whole=unreadable
vzcbeg gbepu

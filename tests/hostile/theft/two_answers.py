# about: answers twice: the second would be taken for the answer to the next question. It is found out with the first
# answer or with the next question, as the two arrive
# expects: points=0 scale=forged whole=forged|graded
import os

import antorcha.worker.serve as serve

plain = serve._write


def twice(descriptor, message):
    plain(descriptor, message)
    plain(descriptor, message)


serve._write = twice


def scale(x, factor):
    return x

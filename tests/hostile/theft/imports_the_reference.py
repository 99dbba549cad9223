# about: imports the reference and the graders by every name that they could have
# expects: points=0 whole=graded scale=missing|error
import importlib
import sys

sys.path += ["/", "..", "../reference", "../graders", "tests/hostile/course/reference", "/work", "/root", "/home"]
for name in ("reference", "reference.vectors", "reference_vectors", "graders.test_vectors", "test_vectors", "proof_vectors"):
    try:
        found = importlib.import_module(name)
        scale = found.scale
    except Exception:
        pass

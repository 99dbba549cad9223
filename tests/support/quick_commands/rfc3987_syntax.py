"""A package that is not there, for commands that load Jupyter's: jsonschema then does without it.

jsonschema imports it where it can, to check international addresses, and nobody here has one. Building its grammar
takes 1.6 s, which is more than half of what one `nbgrader` command costs.
"""

raise ImportError("left out while testing")

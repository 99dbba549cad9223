# about: an exception that is named like the one by which a worker says that a test's scenario is at fault
# expects: points=0 Running=error scale=error
class ScenarioUnreadableError(Exception):
    pass


class Running:
    def __init__(self):
        raise ScenarioUnreadableError("ModuleNotFoundError: No module named 'graders'")


def scale(x, factor):
    raise ScenarioUnreadableError("the test's fault")

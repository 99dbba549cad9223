# about: every name of the module exists and returns its argument
# expects: points=0 squares=wrong
import antorcha.worker.runtime as runtime

runtime.Module.call = lambda self, name, args, kwargs, options: runtime.Report(value=args[0], arguments=[[], {}])
runtime.Module.scenario = lambda self, function, args, options: runtime.Report(value=True)

"""The formats in which a class is delivered, a module each; `table` has the order in which they are asked."""

"""The audit of a course's hidden tests.

Stubs must earn nothing, right answers everything; wrong ones and mutants must fail, each told apart from the others."""

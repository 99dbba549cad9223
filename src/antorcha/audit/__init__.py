"""Are the graders any good? Stubs must earn nothing, right answers all, wrong ones and mutants must be told apart."""

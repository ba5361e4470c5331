"""Rule packs: the skeleton of a rule, and the tests that every rule of a pack has to pass."""
